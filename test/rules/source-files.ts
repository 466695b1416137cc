import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '@parcela/kit'

export type SourceFile = { path: string; text: string; isTest: boolean }

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The repository's TypeScript: what git knows or would take in. `path` is relative to the checkout. */
export const listSourceFiles = async (): Promise<SourceFile[]> => {
  const { stdout } = await run(
    ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'],
    {
      cwd: root,
      timeoutMs: 30_000,
    },
  )
  const files = await Promise.all(stdout.split('\0').filter(Boolean).map(readSource))
  return files.filter(file => file !== undefined)
}

const readSource = async (path: string): Promise<SourceFile | undefined> => {
  try {
    const text = await readFile(resolve(root, path), 'utf8')
    return {
      path,
      text,
      isTest:
        path.startsWith('test/') ||
        /\.test(-process)?\.tsx?$|(^|\/)test-(database|world|gateway|client)\.ts$|(^|\/)testing\//.test(path),
    }
  } catch (error) {
    // Deleted, but the deletion is not committed yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
