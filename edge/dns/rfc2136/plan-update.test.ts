import type { RecordSet } from '@parcela/core'
import { describe, expect, test } from 'vitest'
import { viewName } from './marks.ts'
import { planRecords, planValidation } from './plan-update.ts'
import { parseRecords } from './zone-text.ts'

const context = { zone: 'z.test', ownerId: 'us' }
const view = (name: string, ...lines: string[]) => viewName(name, parseRecords(lines.join('\n')), 'us')
const address = (name: string): RecordSet => ({ name, type: 'A', ttl: 60, values: ['192.0.2.1'] })
const change = (record: RecordSet) => [{ type: record.type, wanted: record }]
const ours = [
  'a.z.test. 60 IN A 192.0.2.1',
  '_parcela-owner.a.z.test. 300 IN TXT "parcela=us"',
  '_parcela-owner.a.z.test. 300 IN TXT "type=A"',
]

describe('the plan for records', () => {
  test('claims a new name only where nothing is', () => {
    expect(planRecords(view('a.z.test'), change(address('a.z.test')), context)?.commands).toEqual([
      'prereq nxrrset _parcela-owner.a.z.test. TXT',
      'prereq nxdomain a.z.test.',
      'update delete a.z.test. IN A',
      'update add a.z.test. 60 IN A 192.0.2.1',
      'update delete _parcela-owner.a.z.test. IN TXT',
      'update add _parcela-owner.a.z.test. 300 IN TXT "parcela=us"',
      'update add _parcela-owner.a.z.test. 300 IN TXT "type=A"',
    ])
  })

  test('is empty where everything is as wanted', () => {
    expect(planRecords(view('a.z.test', ...ours), change(address('a.z.test')), context)).toBeUndefined()
    expect(planRecords(view('a.z.test'), [{ type: 'A', wanted: null }], context)).toBeUndefined()
  })

  test('holds the server to the mark that was seen, and takes it away with the last type', () => {
    expect(planRecords(view('a.z.test', ...ours), [{ type: 'A', wanted: null }], context)?.commands).toEqual([
      'prereq yxrrset _parcela-owner.a.z.test. TXT "parcela=us"',
      'prereq yxrrset _parcela-owner.a.z.test. TXT "type=A"',
      'update delete a.z.test. IN A',
      'update delete _parcela-owner.a.z.test. IN TXT',
    ])
  })

  test('never touches a type that the mark does not name', () => {
    const beside = view('a.z.test', ...ours, 'a.z.test. 60 IN TXT "theirs"')
    const plan = planRecords(
      beside,
      [
        { type: 'TXT', wanted: null },
        { type: 'A', wanted: null },
      ],
      context,
    )
    expect(plan?.commands.join('\n')).not.toMatch(/a\.z\.test\. IN TXT$(?<!_parcela-owner\.a\.z\.test\. IN TXT)/m)
    expect(
      planRecords(beside, change({ ...address('a.z.test'), type: 'TXT', values: ['x'] }), context)?.commands,
    ).toContain('prereq nxrrset a.z.test. TXT')
  })

  test('gives up what bears the mark of another', () => {
    const theirs = view('a.z.test', '_parcela-owner.a.z.test. 300 IN TXT "parcela=them"')
    expect(() => planRecords(theirs, change(address('a.z.test')), context)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    expect(planRecords(theirs, [{ type: 'A', wanted: null }], context)).toBeUndefined()
  })

  test('has the mark of a wildcard beside it', () => {
    expect(planRecords(view('*.z.test'), change(address('*.z.test')), context)?.commands).toContain(
      'update add _parcela-owner-wildcard.z.test. 300 IN TXT "parcela=us"',
    )
  })
})

test('a validation that is there already gets a new end, in place of the old one', () => {
  const there = view(
    'v.z.test',
    'v.z.test. 10 IN TXT "x"',
    '_parcela-validation.v.z.test. 300 IN TXT "parcela=us until=100 text=x"',
    '_parcela-validation.v.z.test. 300 IN TXT "parcela=them until=100 text=x"',
  )
  expect(planValidation(there, { value: 'x', until: 200 }, context).commands).toEqual([
    'prereq nxrrset v.z.test. CNAME',
    'update delete _parcela-validation.v.z.test. IN TXT "parcela=us until=100 text=x"',
    'update add _parcela-validation.v.z.test. 300 IN TXT "parcela=us until=200 text=x"',
    'update add v.z.test. 10 IN TXT "x"',
  ])
})
