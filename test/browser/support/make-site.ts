import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type SiteFolder = { path: string; remove: () => Promise<void> }

/** A folder of files on disk, to be chosen in the browser; its own name is `name`. */
export const makeSiteFolder = async (name: string, files: Record<string, string>): Promise<SiteFolder> => {
  const parent = await mkdtemp(join(tmpdir(), 'parcela-site-'))
  for (const [path, content] of Object.entries(files)) {
    const file = join(parent, name, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return { path: join(parent, name), remove: () => rm(parent, { recursive: true, force: true }) }
}

/** A small page that says one sentence. */
export const pageSaying = (sentence: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${sentence}</title></head><body><h1>${sentence}</h1></body></html>`
