import type { FormatManifest } from '@parcela/contract'
import { web } from './web/manifest.ts'

/** What can be asked for, by id: one folder each. */
export const catalog: ReadonlyMap<string, FormatManifest> = new Map([web].map(format => [format.id, format]))

/** The folder with the files of the sample site `hola`. */
export const sampleSite = new URL('./web/sample/', import.meta.url)
