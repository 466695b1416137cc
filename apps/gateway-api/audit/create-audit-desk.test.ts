import type { AuditEntry } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import { expect, test } from 'vitest'
import { createAuditDesk } from './create-audit-desk.ts'

const entry = (action: string) => ({ action }) as AuditEntry

const openDesk = () => {
  const written: string[] = []
  const state = { isDown: false }
  const append = async (entries: readonly AuditEntry[]): Promise<void> => {
    await Promise.resolve()
    if (state.isDown) throw new Error('the database is away')
    written.push(...entries.map(({ action }) => action))
  }
  return { written, state, desk: createAuditDesk({ audit: { append }, log: silentLog }) }
}

test('what is recorded is written before it resolves', async () => {
  const { desk, written } = openDesk()
  await desk.requireOpen()
  await desk.record(entry('one'))
  expect(written).toEqual(['one'])
})

test('an entry that could not be written closes the desk until it is', async () => {
  const { desk, written, state } = openDesk()
  state.isDown = true
  await expect(desk.record(entry('one'))).rejects.toMatchObject({ code: 'unavailable' })
  await expect(desk.record(entry('two'))).rejects.toMatchObject({ code: 'unavailable' })
  await expect(desk.requireOpen()).rejects.toMatchObject({ details: { reason: 'audit_unavailable' } })
  state.isDown = false
  await Promise.all([desk.requireOpen(), desk.requireOpen(), desk.requireOpen()])
  expect(written).toEqual(['one', 'two'])
})
