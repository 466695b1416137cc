import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

const servers = {
  embedded: "Parcela's own server",
  rfc2136: 'a server that takes updates from Parcela (RFC 2136)',
} as const

/** Prints what Parcela published in DNS; for administrators. */
export const dns = async (context: Context, options: { json?: boolean }): Promise<void> => {
  const { output } = context.terminal
  const answer = await (await openGateway(context)).readDns()
  if (options.json) return printLine(output, JSON.stringify(answer, null, 2))
  const mode = answer.records === 'wildcard' ? 'one wildcard for all services' : 'one for each service'
  const head = [
    ['server', servers[answer.server]],
    ['zones', answer.zones.join(', ')],
    ['records', mode],
  ]
  printLine(output, renderTable(head))
  printLine(output)
  const rows = answer.items.flatMap(({ name, type, ttl, values }) =>
    values.map(value => [name, String(ttl), type, value]),
  )
  printLine(
    output,
    rows.length === 0 ? 'Nothing is published yet.' : renderTable([['NAME', 'TTL', 'TYPE', 'VALUE'], ...rows]),
  )
}
