import type { ServiceAnswer } from '@parcela/contract'
import { expect, it } from 'vitest'
import { filterServices } from './filter-services.ts'

const site = (name: string, status: ServiceAnswer['status'], username = 'ana') =>
  ({ name, status, username, url: `https://${name}.apps.localhost/` }) as ServiceAnswer
const sites = [site('hola', 'running'), site('feria', 'building', 'luis'), site('huerto', 'failed')]
const names = (search: Parameters<typeof filterServices>[1]) => filterServices(sites, search).map(({ name }) => name)

it('shows everything when nothing is asked', () => {
  expect(names({})).toEqual(['hola', 'feria', 'huerto'])
})

it('finds by any part of the name or by the owner, whatever the case', () => {
  expect(names({ q: 'HU' })).toEqual(['huerto'])
  expect(names({ q: 'luis' })).toEqual(['feria'])
})

it('narrows by status and words together', () => {
  expect(names({ q: 'h', status: 'live' })).toEqual(['hola'])
  expect(names({ status: 'working' })).toEqual(['feria'])
})
