import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en as laterEnglish } from './administration/en.ts'
import { es as laterSpanish } from './administration/es.ts'
import { en } from './en.ts'
import { es } from './es.ts'

const flatten = (words: object, path = ''): [key: string, text: string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flatten(value, `${path}${key}.`),
  )

const english = new Map([...flatten(en), ...flatten(laterEnglish)])
const spanish = new Map([...flatten(es), ...flatten(laterSpanish)])
const holes = (text: string): string[] => (text.match(/\{\{[^}]+\}\}/g) ?? []).sort()

describe('the words of the page', () => {
  it('exist in both languages', () => {
    expect([...spanish.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('are never empty', () => {
    expect([...english, ...spanish].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('have the same places to fill in', () => {
    const different = [...english].filter(
      ([key, text]) => JSON.stringify(holes(text)) !== JSON.stringify(holes(spanish.get(key) ?? '')),
    )
    expect(different).toEqual([])
  })

  it('leave the machinery out of what people read', () => {
    const machinery = /\b(container|contenedor|reconcil|upstream|generation|nginx|docker|apache)/i
    expect([...english, ...spanish].filter(([, text]) => machinery.test(text))).toEqual([])
  })

  it('are all used somewhere', () => {
    const sources = readSources(join(import.meta.dirname, '..')).join('\n')
    const isUsed = (key: string): boolean => {
      const plain = key.replace(/_(one|other)$/, '')
      if (sources.includes(`'${plain}'`)) return true
      // Keys put together at run time: `status.${...}` or `create.size_${...}_text`.
      const dynamic = [...sources.matchAll(/`([a-z_.]+)\$\{[^}]+\}([a-z_]*)`/g)]
      return dynamic.some(([, start = '', end = '']) => plain.startsWith(start) && plain.endsWith(end))
    }
    expect([...english.keys()].filter(key => !isUsed(key))).toEqual([])
  })
})

const readSources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : readSources(path)
    return /\.tsx?$/.test(entry.name) && !/(\.test\.ts|language\/(en|es)\.ts)$/.test(path)
      ? [readFileSync(path, 'utf8')]
      : []
  })
