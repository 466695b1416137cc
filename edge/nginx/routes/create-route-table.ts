import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Route } from '@parcela/core'
import { createTurn } from '@parcela/kit'
import { parseRoute } from './parse-route.ts'
import { findRouteInEntry, renderRouteEntry } from './route-entry.ts'

/** What changed on disk: hosts whose route is another now, and hosts that are gone. */
export type RouteChanges = { changed: string[]; removed: string[] }

export type RouteTable = {
  /** Reads what is on disk; to be called before anything else. */
  load(): Promise<void>
  list(): Route[]
  find(host: string): Route | undefined
  /** Exactly these, also where somebody changed the disk behind our back; where one of them cannot be used, the others are live all the same and the promise rejects with `invalid`. */
  replace(routes: readonly Route[]): Promise<RouteChanges>
  ensure(route: Route): Promise<RouteChanges>
  remove(host: string): Promise<RouteChanges>
}

const inParallel = 16

/**
 * The routes as symbolic links, which running nginx workers read at each request: `routes/<host>` -> `targets/<entry>`. A change is one
 * rename(2), so a visitor gets the old route or the new one, whatever the number of others, and nginx reloads nothing.
 * A replaced target stays for `retainMs`, because a request may just have read the old link.
 */
export const createRouteTable = ({
  directory,
  retainMs = 5_000,
}: {
  directory: string
  retainMs?: number
}): RouteTable => {
  const links = join(directory, 'routes')
  const targets = join(directory, 'targets')
  const live = new Map<string, { route: Route; entry: string }>()
  const uses = new Map<string, number>()
  const retired: { entry: string; at: number }[] = []
  const turn = createTurn()
  let linksMade = 0

  const write = async (route: Route): Promise<RouteChanges> => {
    const before = live.get(route.host)
    const entry = renderRouteEntry(route)
    if (before?.entry === entry) return { changed: [], removed: [] }
    await writeFile(join(targets, entry), '', { flag: 'a', mode: 0o644 })
    linksMade += 1
    const draft = join(targets, `.link-${process.pid}-${linksMade}`)
    await symlink(join('..', 'targets', entry), draft)
    await rename(draft, join(links, route.host))
    uses.set(entry, (uses.get(entry) ?? 0) + 1)
    live.set(route.host, { route: structuredClone(route), entry })
    if (before) retire(before.entry)
    return { changed: [route.host], removed: [] }
  }

  const drop = async (host: string): Promise<RouteChanges> => {
    const before = live.get(host)
    if (!before) return { changed: [], removed: [] }
    await rm(join(links, host), { force: true })
    live.delete(host)
    retire(before.entry)
    return { changed: [], removed: [host] }
  }

  const retire = (entry: string): void => {
    uses.set(entry, (uses.get(entry) ?? 1) - 1)
    retired.push({ entry, at: Date.now() })
  }

  const sweep = async (): Promise<void> => {
    while (retired[0] && retired[0].at <= Date.now() - retainMs) {
      const entry = retired.shift()?.entry ?? ''
      if ((uses.get(entry) ?? 0) > 0) continue
      uses.delete(entry)
      await rm(join(targets, entry), { force: true })
    }
  }

  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> =>
    turn(async () => {
      await sweep()
      return work()
    })

  const read = async (): Promise<void> => {
    await mkdir(links, { recursive: true, mode: 0o755 })
    await mkdir(targets, { recursive: true, mode: 0o755 })
    live.clear()
    uses.clear()
    const entries = new Set(await readdir(targets))
    await forEachParallel(await readdir(links), async host => {
      const entry = await readlink(join(links, host)).then(basename, (error: unknown) => ignoreNoLink(error))
      const route = entry !== undefined && entries.has(entry) ? findRouteInEntry(host, entry) : undefined
      if (!route || entry === undefined) return rm(join(links, host), { recursive: true, force: true })
      live.set(host, { route, entry })
      uses.set(entry, (uses.get(entry) ?? 0) + 1)
    })
    const justRetired = new Set(retired.map(({ entry }) => entry))
    const unused = [...entries].filter(entry => !uses.has(entry) && !justRetired.has(entry))
    await forEachParallel(unused, entry => rm(join(targets, entry), { recursive: true, force: true }))
  }

  return {
    load: () => oneAtATime(read),
    list: () => [...live.values()].map(({ route }) => route),
    find: host => live.get(host)?.route,
    ensure: route => oneAtATime(() => write(parseRoute(route))),
    remove: host => oneAtATime(() => drop(host)),
    replace: routes =>
      oneAtATime(async () => {
        await read()
        const { parsed, problem } = parseRoutes(routes)
        const wanted = new Map(parsed.map(route => [route.host, route]))
        const all: RouteChanges = { changed: [], removed: [] }
        await forEachParallel([...wanted.values()], async route => {
          all.changed.push(...(await write(route)).changed)
        })
        const gone = [...live.keys()].filter(host => !wanted.has(host))
        await forEachParallel(gone, async host => {
          all.removed.push(...(await drop(host)).removed)
        })
        if (problem) throw problem
        return all
      }),
  }
}

/** A file or folder that is no link is nothing of ours. */
const ignoreNoLink = (error: unknown): undefined => {
  if (!['EINVAL', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) throw error
}

const parseRoutes = (routes: readonly Route[]): { parsed: Route[]; problem: unknown } => {
  const parsed: Route[] = []
  let problem: unknown
  for (const route of routes) {
    try {
      parsed.push(parseRoute(route))
    } catch (error) {
      // The other sites get their routes all the same; the caller hears of the first that cannot be used.
      problem ??= error
    }
  }
  return { parsed, problem }
}

const forEachParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (;;) {
      const item = items[next++]
      if (item === undefined) return
      await work(item)
    }
  }
  await Promise.all(Array.from({ length: inParallel }, worker))
}
