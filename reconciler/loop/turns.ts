import { createTurn, type Turn } from '@parcela/kit'

/**
 * Routes change in turn, and records do: a comparison of everything must not put back what a step has just replaced. Two turns, because a name
 * server that does not answer must not hold up the routes.
 */
export type Turns = { routes: Turn; records: Turn }

export const createTurns = (): Turns => ({ routes: createTurn(), records: createTurn() })
