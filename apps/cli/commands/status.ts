import type { ServiceAnswer } from '@parcela/contract'
import { formatBytes } from '../terminal/format-bytes.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

/** Prints what is known about one service. */
export const status = async (context: Context, name: string, options: { json?: boolean }): Promise<void> => {
  const service = await (await openGateway(context)).getServiceByName(name)
  const { output } = context.terminal
  if (options.json) return printLine(output, JSON.stringify(service, null, 2))
  printLine(output, renderTable(toRows(service)))
}

const toRows = (service: ServiceAnswer): string[][] => [
  ['name', service.name],
  ['status', service.status],
  ...(service.status_reason ? [['because', service.status_reason.message]] : []),
  ['address', service.url],
  ...service.domains.map(domain => ['domain', domain]),
  ...(service.maintenance ? [['maintenance', 'visitors see that it is being worked on']] : []),
  ['owner', service.username],
  ['kind', `${service.service_type}, ${service.service_format}`],
  ['resources', `${service.ram_mb} MB memory, ${service.cpus} cpus, ${service.storage_gb} GB storage`],
  ['files', `${service.files_count} (${formatBytes(service.files_bytes)})`],
  ['published', service.published_at ?? 'never'],
  ...service.warnings.map(warning => ['warning', warning]),
]
