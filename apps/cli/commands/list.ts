import { formatBytes } from '../terminal/format-bytes.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

/** Prints the services that the caller may see, newest first. */
export const list = async (context: Context, options: { json?: boolean }): Promise<void> => {
  const { output, notes } = context.terminal
  const services = await (await openGateway(context)).listServices()
  if (options.json) return printLine(output, JSON.stringify(services, null, 2))
  if (services.length === 0) return printLine(notes, 'There is nothing yet. Publish a folder with: parcela publish DIR')

  const rows = services.map(service => [
    service.name,
    service.status,
    service.url,
    formatBytes(service.files_bytes),
    service.published_at?.slice(0, 16).replace('T', ' ') ?? '-',
  ])
  printLine(output, renderTable([['NAME', 'STATUS', 'ADDRESS', 'FILES', 'PUBLISHED (UTC)'], ...rows]))
}
