import type { Readable } from 'node:stream'
import type { Route } from '@parcela/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Caller } from '../callers/caller.ts'

type Parsed<R extends Route, K extends string> = R extends { [P in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined

/** What a handler receives: every part of the request as its schema says, and who asks. */
export type RouteInput<R extends Route> = {
  params: Parsed<R, 'params'>
  query: Parsed<R, 'query'>
  headers: Parsed<R, 'headers'>
  /** Undefined when the body came as another of the route's content types; it is read from `request` then. */
  body: R extends { bodyTypes: object } ? Parsed<R, 'body'> | undefined : Parsed<R, 'body'>
  caller: Caller
  /** Aborted when the gateway stops and, where the route streams, when the client is gone. */
  signal: AbortSignal
  request: FastifyRequest
  reply: FastifyReply
}

/** What a handler answers: one of the route's statuses with its body, or a stream where the route streams. */
export type RouteOutput<R extends Route> = R extends { answerType: string }
  ? Readable
  : { [S in keyof R['answers']]: { status: S; body: BodyOf<R['answers'][S]> } }[keyof R['answers']]

type BodyOf<S> = S extends z.ZodType ? z.input<S> : null

export type Handler<R extends Route> = (input: RouteInput<R>) => Promise<RouteOutput<R>>

/** A handler for every route of a table, or of some of its rows. */
export type Handlers<T extends Record<string, Route>, K extends keyof T = keyof T> = { [N in K]: Handler<T[N]> }
