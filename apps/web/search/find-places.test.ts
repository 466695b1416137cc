import type { ServiceAnswer } from '@parcela/contract'
import { expect, it } from 'vitest'
import { findPlaces } from './find-places.ts'

const services = ['escuela', 'mi-huerta', 'huerta-escolar'].map(
  name => ({ name, username: 'ana', url: `https://${name}.apps.localhost`, status: 'running' }) as ServiceAnswer,
)
const pages = [{ kind: 'page', page: 'new', title: 'New site' }] as const
const find = (text: string): string[] =>
  findPlaces(text, { services, pages }).map(place => (place.kind === 'page' ? place.title : place.service.name))

it('finds sites by any part of their name, those that begin with it first', () => {
  expect(find('Huerta')).toEqual(['huerta-escolar', 'mi-huerta'])
})

it('finds pages by their title', () => {
  expect(find('new')).toEqual(['New site'])
})

it('offers everything before anything was typed, and nothing for nonsense', () => {
  expect(find(' ')).toHaveLength(4)
  expect(find('zzz')).toEqual([])
})
