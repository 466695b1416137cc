import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The begin and the end of the picture in ARCHITECTURE.md. */
export const pictureFence = { begin: '```mermaid\n', end: '```\n' }

/** Drawn from what the sources import of each other, tests left out: `flowchart` in Mermaid, a line for each folder that imports another. */
export const renderImportPicture = async (root: string): Promise<string> => {
  const folders = await readWorkspaces(root)
  const lines: string[] = []
  for (const [name, folder] of folders) {
    const imported = await readImports(join(root, folder), name)
    const targets = [...imported].map(other => folders.get(other) ?? '').filter(Boolean)
    if (targets.length > 0) lines.push(`  ${nodeOf(folder)} --> ${targets.toSorted().map(nodeOf).join(' & ')}`)
  }
  const nodes = [...folders.values()].toSorted().map(folder => `  ${nodeOf(folder)}["${folder}"]`)
  return `flowchart LR\n${[...nodes, ...lines.toSorted()].join('\n')}\n`
}

/** Mermaid's names of nodes hold letters, digits and underscores. */
const nodeOf = (folder: string): string => folder.replaceAll(/[^a-z]/g, '_')

/** Package name -> folder, without the tests. */
const readWorkspaces = async (root: string): Promise<Map<string, string>> => {
  const folders = new Map<string, string>()
  for await (const file of glob('{*,*/*,*/*/*}/package.json', { cwd: root, exclude: name => isElsewhere(name) })) {
    const { name } = JSON.parse(await readFile(join(root, file), 'utf8')) as { name?: string }
    if (name?.startsWith('@parcela/') && name !== '@parcela/test') folders.set(name, dirname(file))
  }
  return folders
}

const readImports = async (folder: string, own: string): Promise<Set<string>> => {
  const found = new Set<string>()
  for await (const file of glob('**/*.{ts,tsx}', { cwd: folder, exclude: name => isElsewhere(name) })) {
    if (/\.test(-[a-z]+)?\.tsx?$/.test(file)) continue
    const source = await readFile(join(folder, file), 'utf8')
    for (const [, name] of source.matchAll(/(?:from|import\() ?'(@parcela\/[a-z-]+)/g))
      if (name && name !== own) found.add(name)
  }
  found.delete('@parcela/test')
  return found
}

const isElsewhere = (path: string): boolean => path.includes('node_modules') || path.includes('dist')
