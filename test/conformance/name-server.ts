import type { NameServer, RecordSet } from '@parcela/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export type NameServerSubject = {
  nameServer: NameServer
  /** A zone that it speaks for. */
  zone: string
  stop(): Promise<void>
}

/** What every name server keeps to, whatever publishes the records. */
export const nameServerConformance = (implementation: string, create: () => Promise<NameServerSubject>): void => {
  describe(`${implementation} as a name server`, () => {
    let subject: NameServerSubject
    const record = (label: string, values: string[], type: RecordSet['type'] = 'A'): RecordSet => ({
      name: label === '' ? subject.zone : `${label}.${subject.zone}`,
      type,
      ttl: 60,
      values,
    })
    const listed = async (): Promise<RecordSet[]> =>
      (await subject.nameServer.listRecords())
        .map(set => ({ ...set, values: set.values.toSorted() }))
        .toSorted((one, other) => `${one.name} ${one.type}`.localeCompare(`${other.name} ${other.type}`))

    beforeEach(async () => {
      subject = await create()
      await subject.nameServer.replaceRecords([])
    })
    afterEach(() => subject.stop())

    test('records that were ensured are listed', async () => {
      await subject.nameServer.ensureRecords(record('b', ['127.0.0.1']))
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1', '127.0.0.2']))
      await subject.nameServer.ensureRecords(record('a', ['::1'], 'AAAA'))
      await subject.nameServer.ensureRecords(record('*', ['127.0.0.3']))
      expect(await listed()).toEqual([
        record('*', ['127.0.0.3']),
        record('a', ['127.0.0.1', '127.0.0.2']),
        record('a', ['::1'], 'AAAA'),
        record('b', ['127.0.0.1']),
      ])
    })

    test('ensuring twice equals once, and other values take the place of the first', async () => {
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      expect(await listed()).toEqual([record('a', ['127.0.0.1'])])
      await subject.nameServer.ensureRecords({ ...record('a', ['127.0.0.9']), ttl: 5 })
      expect(await listed()).toEqual([{ ...record('a', ['127.0.0.9']), ttl: 5 }])
    })

    test('removing a name removes all its types and nothing beside or below it', async () => {
      await subject.nameServer.replaceRecords([
        record('a', ['127.0.0.1']),
        record('a', ['::1'], 'AAAA'),
        record('b', ['127.0.0.1']),
        record('under.a', ['127.0.0.1']),
      ])
      await subject.nameServer.removeRecords(record('a', []).name)
      expect(await listed()).toEqual([record('b', ['127.0.0.1']), record('under.a', ['127.0.0.1'])])
    })

    test('removing what is not there is success', async () => {
      await subject.nameServer.removeRecords(record('never', []).name)
      expect(await listed()).toEqual([])
    })

    test('replacing leaves exactly the given records', async () => {
      await subject.nameServer.ensureRecords(record('old', ['127.0.0.1']))
      await subject.nameServer.replaceRecords([record('new', ['127.0.0.2']), record('t', ['some text'], 'TXT')])
      expect(await listed()).toEqual([record('new', ['127.0.0.2']), record('t', ['some text'], 'TXT')])
      await subject.nameServer.replaceRecords([])
      expect(await listed()).toEqual([])
    })

    test('a name outside the zones is refused, and nothing changes', async () => {
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      const foreign: RecordSet = { ...record('a', ['127.0.0.1']), name: `not${subject.zone}` }
      await expect(subject.nameServer.ensureRecords(foreign)).rejects.toMatchObject({ code: 'rejected' })
      await expect(subject.nameServer.replaceRecords([foreign])).rejects.toMatchObject({ code: 'rejected' })
      expect(await listed()).toEqual([record('a', ['127.0.0.1'])])
    })

    test('changes made at the same time are all there in the end', async () => {
      const labels = Array.from({ length: 20 }, (_, index) => `n${index}`)
      await Promise.all(labels.map(label => subject.nameServer.ensureRecords(record(label, ['127.0.0.1']))))
      expect((await listed()).map(({ name }) => name)).toEqual(
        labels.map(label => `${label}.${subject.zone}`).toSorted((one, other) => one.localeCompare(other)),
      )
      await Promise.all(labels.map(label => subject.nameServer.removeRecords(`${label}.${subject.zone}`)))
      expect(await listed()).toEqual([])
    })
  })
}
