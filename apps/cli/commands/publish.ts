import { basename, resolve } from 'node:path'
import { AppError, type ManifestEntry, type ServiceAnswer, serviceName, suggestServiceName } from '@parcela/contract'
import { readFolder } from '../files/read-folder.ts'
import { sendMissing } from '../files/send-missing.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { formatBytes } from '../terminal/format-bytes.ts'
import { formatDuration } from '../terminal/format-duration.ts'
import { runStages } from '../terminal/run-stages.ts'
import { paint, printLine } from '../terminal/terminal.ts'
import { awaitRelease } from './await-release.ts'
import { type Context, openGateway } from './context.ts'
import { type ResourceOptions, requestService } from './request-service.ts'

export type PublishOptions = ResourceOptions & { name?: string; timeout: number; json?: boolean }

/** Publishes a folder: only the contents that the server lacks are sent. Ends once visitors get it, with its address. */
export const publish = async (context: Context, folder: string, options: PublishOptions): Promise<void> => {
  const { terminal } = context
  const name = parseName(options.name ?? suggestServiceName(basename(resolve(folder))), folder, options)
  const gateway = await openGateway(context)
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(options.timeout * 1_000)])

  let entries: ManifestEntry[] = []
  let uploadId = ''
  let service: ServiceAnswer | undefined

  await runStages(
    [
      {
        title: `Reading ${folder}`,
        run: async () => {
          entries = await readFolder(folder)
          return `${countFiles(entries.length)}, ${formatBytes(total(entries))}`
        },
      },
      {
        title: 'Sending what is new',
        run: async report => {
          const upload = await gateway.createUpload(entries)
          uploadId = upload.id
          return send(gateway, { folder, entries, missing: upload.missing }, report.line)
        },
      },
      {
        title: `Publishing ${name}`,
        run: async report => {
          const began = performance.now()
          const asked = await requestService(gateway, { name, uploadId, resources: options })
          for (const warning of asked.warnings) report.line(paint(terminal, 'yellow', `note: ${warning}`))
          service = await awaitRelease(gateway, asked, { onLine: report.line, signal })
          return `live in ${formatDuration(performance.now() - began)}`
        },
      },
    ],
    terminal,
  )
  if (service) printLine(terminal.output, options.json ? JSON.stringify(service, null, 2) : service.url)
}

const parseName = (name: string, folder: string, options: PublishOptions): string => {
  const parsed = serviceName.safeParse(name)
  if (parsed.success) return parsed.data
  const reason = parsed.error.issues[0]?.message ?? 'cannot be used'
  throw new AppError(
    'invalid',
    options.name === undefined
      ? `The folder ${folder} gives no usable name: "${name}" ${reason}. Choose one with --name.`
      : `--name: "${name}" ${reason}.`,
  )
}

type Sending = { folder: string; entries: readonly ManifestEntry[]; missing: readonly string[] }

const send = async (gateway: Gateway, sending: Sending, line: (text: string) => void): Promise<string> => {
  const count = sending.missing.length
  if (count === 0) return 'the server has every file already'
  let last = ''
  await sendMissing(gateway, {
    ...sending,
    onSent: ({ files, bytes }) => {
      last = formatBytes(bytes)
      // A line per tenth is enough to see that it moves.
      if (files % Math.max(1, Math.floor(count / 10)) === 0 && count > 20) line(`${files} of ${count} (${last})`)
    },
  })
  return `${count} of ${countFiles(sending.entries.length)}, ${last}`
}

const total = (entries: readonly ManifestEntry[]): number => entries.reduce((sum, { size }) => sum + size, 0)
const countFiles = (count: number): string => (count === 1 ? '1 file' : `${count} files`)
