import { AppError } from '@parcela/contract'
import { printable } from '../terminal/printable.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

type Output = { json?: boolean }

/** Prints the further edges and how far each is; for administrators. */
export const listEdges = async (context: Context, options: Output): Promise<void> => {
  const { output, notes } = context.terminal
  const edges = await (await openGateway(context)).listEdges()
  if (options.json) return printLine(output, JSON.stringify(edges, null, 2))
  if (edges.length === 0)
    return printLine(notes, 'There is none beside the main one. Add one with: parcela edges add NAME')
  const rows = edges.map(({ name, seen_at, applied_version, current_version, problem }) => [
    name,
    seen_at === null ? 'never' : seen_at,
    applied_version === current_version ? 'up to date' : 'behind',
    problem === null ? '-' : printable(problem),
  ])
  printLine(output, renderTable([['NAME', 'LAST SEEN', 'SERVES', 'PROBLEM'], ...rows]))
}

/** Admits an edge and prints the settings that it is started with; its token is shown this once. */
export const addEdge = async (context: Context, name: string, options: Output): Promise<void> => {
  const { output, notes } = context.terminal
  const gateway = await openGateway(context)
  const edge = await gateway.createEdge(name)
  if (options.json) return printLine(output, JSON.stringify(edge, null, 2))
  printLine(notes, 'Start the edge on its host with these settings. The token is shown this once:')
  printLine(
    output,
    [
      `PARCELA_EDGE_GATEWAY=${gateway.url}`,
      `PARCELA_EDGE_TOKEN=${edge.token}`,
      `PARCELA_EDGE_PUBLIC_KEY=${edge.public_key}`,
    ].join('\n'),
  )
}

/** Ends an edge's token: it serves what it has until it is stopped, and learns nothing new. */
export const removeEdge = async (context: Context, name: string): Promise<void> => {
  const gateway = await openGateway(context)
  const found = (await gateway.listEdges()).find(edge => edge.name === name)
  if (!found) throw new AppError('not_found', `There is no edge ${name}. See them with: parcela edges list`)
  await gateway.removeEdge(found.id)
  printLine(
    context.terminal.notes,
    `${name} learns nothing new any more. Stop it on its host, too: it serves what it has.`,
  )
}
