import { AppError } from '@parcela/contract'
import type { Person } from '@parcela/core'
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'

export const toPerson = ({ account_id, ...person }: Selectable<Schema['people']>): Person => person

export const personNotFound = (): AppError => new AppError('not_found', 'There is no such person.')
