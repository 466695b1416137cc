import { type AuditAnswer, gatewayRoutes } from '@parcela/contract'
import i18next, { type TFunction } from 'i18next'
import { beforeAll, expect, it } from 'vitest'
import { en } from '../language/administration/en.ts'
import { es } from '../language/administration/es.ts'
import { toAsked } from './activity-filter.ts'
import { describeAction, listChanges, objectOf } from './describe-action.ts'

let inEnglish: TFunction
let inSpanish: TFunction

beforeAll(async () => {
  const i18n = i18next.createInstance()
  await i18n.init({ lng: 'en', resources: { en: { translation: en }, es: { translation: es } } })
  inEnglish = i18n.getFixedT('en')
  inSpanish = i18n.getFixedT('es')
})

it('has words for every call of the API that changes something', () => {
  const writes = Object.entries(gatewayRoutes).filter(
    ([, { method, permission }]) => method !== 'GET' && permission !== 'public',
  )
  const unnamed = writes.filter(([name]) => [inEnglish, inSpanish].some(t => describeAction(name, t) === name))
  expect(unnamed.map(([name]) => name)).toEqual([])
})

it('says what it has no words for by its own name', () => {
  expect(describeAction('paintService', inSpanish)).toBe('paintService')
  expect(describeAction('sign-in.email', inSpanish)).toBe('entró con su contraseña')
})

const row = { object_type: 'service', object_id: 'svc_1', before: null, after: null } as AuditAnswer

it('names what it was done to by its name before its id', () => {
  expect(objectOf({ ...row, after: { name: 'hola' } })).toBe('hola')
  expect(objectOf(row)).toBe('svc_1')
})

it('lists what changed, and what was only there before or after', () => {
  expect(listChanges({ before: { ram_mb: 64, domain: 'a.org' }, after: { ram_mb: 128, tags: ['x'] } })).toEqual([
    { field: 'ram_mb', before: '64', after: '128' },
    { field: 'domain', before: 'a.org', after: undefined },
    { field: 'tags', before: undefined, after: '["x"]' },
  ])
})

it('asks about what the filter holds, and nothing else', () => {
  expect(toAsked({ search: ' ', outcome: '', period: 'any' }, 0)).toEqual({})
  expect(toAsked({ search: ' ana ', outcome: 'refused', period: 'day' }, 86_400_000)).toEqual({
    search: 'ana',
    outcome: 'refused',
    from: '1970-01-01T00:00:00.000Z',
  })
})
