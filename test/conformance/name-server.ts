import type { NameServer, RecordSet } from '@parcela/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

export type NameServerSubject = {
  nameServer: NameServer
  /** A zone that it speaks for, with nothing of ours in it. */
  zone: string
  /** What the world sees at a name: the values, in the form of a record set. */
  look(name: string, type: RecordSet['type']): Promise<string[]>
  /** Lets this much time pass for the name server. */
  advance(ms: number): void
  stop(): Promise<void>
}

/** What every name server keeps to, whatever publishes the records. */
export const nameServerConformance = (implementation: string, create: () => Promise<NameServerSubject>): void => {
  describe(`${implementation} as a name server`, () => {
    let subject: NameServerSubject
    const nameOf = (label: string): string => (label === '' ? subject.zone : `${label}.${subject.zone}`)
    const record = (label: string, values: string[], type: RecordSet['type'] = 'A'): RecordSet => ({
      name: nameOf(label),
      type,
      ttl: 60,
      values,
    })
    const listed = async (): Promise<RecordSet[]> =>
      (await subject.nameServer.listRecords())
        .map(set => ({ ...set, values: set.values.toSorted() }))
        .toSorted((one, other) => `${one.name} ${one.type}`.localeCompare(`${other.name} ${other.type}`))
    const seen = async (label: string, type: RecordSet['type'] = 'A'): Promise<string[]> =>
      (await subject.look(nameOf(label), type)).toSorted()

    beforeEach(async () => {
      subject = await create()
      await subject.nameServer.replaceRecords([])
    })
    afterEach(() => subject.stop())

    test('records that were ensured are listed, and seen by the world', async () => {
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
      expect(await seen('a')).toEqual(['127.0.0.1', '127.0.0.2'])
      expect(await seen('a', 'AAAA')).toEqual(['::1'])
      expect(await seen('*')).toEqual(['127.0.0.3'])
    })

    test('every type of record is listed as it was given', async () => {
      const records = [
        record('a', ['2001:db8::1', '2001:db8::ffff'], 'AAAA'),
        record('alias', ['a.example.org'], 'CNAME'),
        record('', ['0 issue "ca.example"', '128 iodef "mailto:who@example.org"'], 'CAA'),
        record(
          't',
          ['"quoted" \\ back', 'k'.repeat(600), 'ñandú; with (signs) $ORIGIN @', 'two\nlines'].toSorted(),
          'TXT',
        ),
      ]
      for (const each of records) await subject.nameServer.ensureRecords(each)
      expect(await listed()).toEqual(records)
      await subject.nameServer.replaceRecords(records)
      expect(await listed()).toEqual(records)
      expect(await seen('alias', 'CNAME')).toEqual(['a.example.org'])
      expect(await seen('t', 'TXT')).toEqual(records.at(-1)?.values)
      for (const { name } of records) await subject.nameServer.removeRecords(name)
      expect(await listed()).toEqual([])
      expect(await seen('', 'CAA')).toEqual([])
    })

    test('ensuring twice equals once, and other values take the place of the first', async () => {
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      expect(await listed()).toEqual([record('a', ['127.0.0.1'])])
      await subject.nameServer.ensureRecords({ ...record('a', ['127.0.0.9']), ttl: 5 })
      expect(await listed()).toEqual([{ ...record('a', ['127.0.0.9']), ttl: 5 }])
      expect(await seen('a')).toEqual(['127.0.0.9'])
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
      expect(await seen('a')).toEqual([])
    })

    test('removing what is not there is success', async () => {
      await subject.nameServer.removeRecords(record('never', []).name)
      expect(await listed()).toEqual([])
    })

    test('replacing leaves exactly the given records', async () => {
      await subject.nameServer.ensureRecords(record('old', ['127.0.0.1']))
      await subject.nameServer.replaceRecords([record('new', ['127.0.0.2']), record('t', ['some text'], 'TXT')])
      expect(await listed()).toEqual([record('new', ['127.0.0.2']), record('t', ['some text'], 'TXT')])
      expect(await seen('old')).toEqual([])
      await subject.nameServer.replaceRecords([record('new', ['::1'], 'AAAA'), record('*', ['127.0.0.4'])])
      expect(await listed()).toEqual([record('*', ['127.0.0.4']), record('new', ['::1'], 'AAAA')])
      await subject.nameServer.replaceRecords([])
      expect(await listed()).toEqual([])
    })

    test('a name outside the zones is refused, and nothing changes', async () => {
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      const foreign: RecordSet = { ...record('a', ['127.0.0.1']), name: `not${subject.zone}` }
      await expect(subject.nameServer.ensureRecords(foreign)).rejects.toMatchObject({ code: 'rejected' })
      await expect(subject.nameServer.replaceRecords([foreign])).rejects.toMatchObject({ code: 'rejected' })
      await expect(subject.nameServer.addValidation(foreign.name, 'v')).rejects.toMatchObject({ code: 'rejected' })
      expect(subject.nameServer.zoneOf(foreign.name)).toBeUndefined()
      expect(subject.nameServer.zoneOf(nameOf('deep.down'))).toBe(subject.zone)
      expect(subject.nameServer.zoneOf(subject.zone)).toBe(subject.zone)
      expect(await listed()).toEqual([record('a', ['127.0.0.1'])])
    })

    test.each<[string, string, Partial<RecordSet>]>([
      ['a value that is no address', 'a', { values: ['localhost'] }],
      ['a value that goes on in the next line', 'a', { values: ['127.0.0.1\nsend'] }],
      ['no values', 'a', { values: [] }],
      ['a negative TTL', 'a', { ttl: -1 }],
      ['a name with a line break', 'a\nb', {}],
      ['a name in upper case', 'A', {}],
      ['a CAA with a line break', 'a', { type: 'CAA', values: ['0 issue "ca.example\n"'] }],
    ])('%s is refused', async (_case, label, part) => {
      await expect(
        subject.nameServer.ensureRecords({ ...record(label, ['127.0.0.1']), ...part }),
      ).rejects.toMatchObject({
        code: 'rejected',
      })
      expect(await listed()).toEqual([])
    })

    test('an alias stands alone: nothing is put beside it, nor it beside anything', async () => {
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      await subject.nameServer.ensureRecords(record('alias', ['a.example.org'], 'CNAME'))
      const beside = [record('a', ['b.example.org'], 'CNAME'), record('alias', ['127.0.0.1'])]
      for (const wrong of beside)
        await expect(subject.nameServer.ensureRecords(wrong)).rejects.toMatchObject({ code: 'rejected' })
      await expect(subject.nameServer.addValidation(nameOf('alias'), 'v')).rejects.toMatchObject({ code: 'rejected' })
      expect(await listed()).toEqual([record('a', ['127.0.0.1']), record('alias', ['a.example.org'], 'CNAME')])
      await subject.nameServer.removeRecords(nameOf('alias'))
      await subject.nameServer.ensureRecords(record('alias', ['127.0.0.1']))
      expect(await seen('alias')).toEqual(['127.0.0.1'])
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

    test('validations are seen at once, several at a name, and are not records', async () => {
      const label = '_acme-challenge.a'
      await subject.nameServer.ensureRecords(record('a', ['127.0.0.1']))
      await Promise.all([
        subject.nameServer.addValidation(nameOf(label), 'one'),
        subject.nameServer.addValidation(nameOf(label), 'two'),
      ])
      await subject.nameServer.addValidation(nameOf(label), 'two')
      await subject.nameServer.addValidation(nameOf('_acme-challenge'), '-with "signs"')
      expect(await seen(label, 'TXT')).toEqual(['one', 'two'])
      expect(await seen('_acme-challenge', 'TXT')).toEqual(['-with "signs"'])
      expect(await listed()).toEqual([record('a', ['127.0.0.1'])])

      await subject.nameServer.removeValidation(nameOf(label), 'one')
      await subject.nameServer.removeValidation(nameOf(label), 'never')
      expect(await seen(label, 'TXT')).toEqual(['two'])
      await subject.nameServer.removeValidation(nameOf(label), 'two')
      await subject.nameServer.removeValidation(nameOf('_acme-challenge'), '-with "signs"')
      expect(await seen(label, 'TXT')).toEqual([])
    })

    test('validations and records of one name do not touch each other', async () => {
      await subject.nameServer.addValidation(nameOf('t'), 'proof')
      await subject.nameServer.ensureRecords(record('t', ['ours'], 'TXT'))
      await subject.nameServer.replaceRecords([record('t', ['ours', 'more'], 'TXT')])
      expect(await seen('t', 'TXT')).toEqual(['more', 'ours', 'proof'])
      expect(await listed()).toEqual([record('t', ['more', 'ours'], 'TXT')])
      await subject.nameServer.removeRecords(nameOf('t'))
      expect(await seen('t', 'TXT')).toEqual(['proof'])
      await subject.nameServer.ensureRecords(record('t', ['again'], 'TXT'))
      await subject.nameServer.removeValidation(nameOf('t'), 'proof')
      expect(await seen('t', 'TXT')).toEqual(['again'])
    })

    test('a validation that nobody takes away ends after an hour', async () => {
      await subject.nameServer.addValidation(nameOf('_acme-challenge'), 'old')
      subject.advance(1_800_000)
      await subject.nameServer.addValidation(nameOf('_acme-challenge'), 'young')
      subject.advance(1_801_000)
      await subject.nameServer.replaceRecords([])
      expect(await seen('_acme-challenge', 'TXT')).toEqual(['young'])
    })

    test('a server that answers has no problem', async () => {
      expect(await subject.nameServer.check()).toEqual({ problem: null })
    })
  })
}
