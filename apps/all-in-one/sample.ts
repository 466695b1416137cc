import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalog, sampleSite } from '@parcela/catalog'
import { AppError } from '@parcela/contract'
import type { Edge, FileHold, FileStore, Manifest, Person, ServiceStatus } from '@parcela/core'
import { ignoreMissing, type Log, waitUntil, writeFileAtomically } from '@parcela/kit'
import type { Settings } from './settings.ts'
import type { State } from './start-state.ts'

type Parts = { settings: Settings; state: State; edge: Pick<Edge, 'request'>; log: Log }

const sampleName = 'hola'
const sampleFormat = 'web'
const patienceMs = 240_000
/** For a site that ran before: whatever is wrong with it, the page is up. */
const answerPatienceMs = 15_000
/** With their pauses, about four seconds. */
const attemptsWaitedFor = 4

/**
 * Publishes the sample site `hola` at the first start, and waits until it answers: whoever tries Parcela sees a site at once, and whoever
 * deletes it is not given it again. Answers its address while it exists.
 */
export const publishSample = async (parts: Parts): Promise<string | null> => {
  const { settings, log } = parts
  if (!settings.PARCELA_SAMPLE) return null
  const id = await ensureSample(parts)
  const status = id && (await waitForSample(parts, id))
  if (!status) return null
  if (status.status !== 'running')
    log.warn({ status: status.status, reason: status.status_reason }, 'the sample site does not answer yet')
  return settings.serviceUrl(sampleName)
}

/** The id of the sample, published now unless it was once; undefined where nobody could own it or its name is taken. */
const ensureSample = async ({ settings, state, log }: Parts): Promise<string | undefined> => {
  const marker = join(settings.home, 'sample-service')
  const known = await readFile(marker, 'utf8').catch(ignoreMissing)
  if (known !== undefined) return known.trim() || undefined
  const owner = await state.people.findByUsername('admin')
  const id = owner ? await createSample(state, owner, log) : ''
  await writeFileAtomically(marker, `${id}\n`, { mode: 0o600 })
  return id || undefined
}

const createSample = async (state: State, owner: Person, log: Log): Promise<string> => {
  const resources = catalog.get(sampleFormat)?.resources
  if (!resources) return ''
  const held = state.files.hold()
  try {
    const service = await state.desired.createService(
      {
        team_id: owner.team_id,
        owner_id: owner.id,
        name: sampleName,
        service_type: 'docker',
        service_format: sampleFormat,
        resources: {
          storage_gb: resources.storage_gb.default,
          ram_mb: resources.ram_mb.default,
          cpus: resources.cpus.default,
        },
        additional_requirements: {},
        release: { files: await storeFolder(state.files, held, fileURLToPath(sampleSite)), warnings: [] },
      },
      // Made once, also when this process ends before it wrote down that it did.
      { person_id: owner.id, key: 'sample', fingerprint: sampleName },
    )
    return service.id
  } catch (error) {
    if (!(error instanceof AppError && error.details?.reason === 'name_taken')) throw error
    log.info({}, 'the name of the sample site is taken; it is not published')
    return ''
  } finally {
    await held.release()
  }
}

const storeFolder = async (files: FileStore, held: FileHold, folder: string): Promise<Manifest> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const manifest = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(async entry => {
        const path = join(entry.parentPath, entry.name)
        const stored = await held.put(createReadStream(path), { limitBytes: (await stat(path)).size })
        return { path: path.slice(folder.length).replace(/^\//, ''), ...stored }
      }),
  )
  await files.sync()
  return manifest
}

/**
 * Its status once it is settled, or patience ends: sooner where attempts fail, for Docker may be down for long. Undefined when it was deleted.
 * What ran before this start counts once it answers, too: its container may just be starting again.
 */
const waitForSample = async ({ settings, state, edge }: Parts, id: string): Promise<ServiceStatus | undefined> => {
  const began = Date.now()
  const look = async (): Promise<ServiceStatus | undefined> => {
    const { observed } = await state.desired.getService('every-team', id)
    const waitedMs = Date.now() - began
    if (observed.status === 'running' && waitedMs < answerPatienceMs) return (await answers()) ? observed : undefined
    const isStuck = observed.status_reason !== null && observed.attempts >= attemptsWaitedFor
    return isEnd.has(observed.status) || isStuck || waitedMs > patienceMs ? observed : undefined
  }
  const answers = async (): Promise<boolean> => {
    const host = `${sampleName}.${settings.PARCELA_APPS_DOMAIN}`
    return edge.request(host, '/', { timeoutMs: 2_000 }).then(({ status }) => status < 500, isUnavailable)
  }
  try {
    return await waitUntil(look, { timeoutMs: patienceMs + 10_000, everyMs: 50, what: 'the sample site' })
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

const isEnd: ReadonlySet<ServiceStatus['status']> = new Set(['running', 'failed', 'stopped'])

const isUnavailable = (error: unknown): false => {
  if (error instanceof AppError && error.retryable) return false
  throw error
}
