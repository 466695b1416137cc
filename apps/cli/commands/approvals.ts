import type { ApprovalAnswer } from '@parcela/contract'
import { printable } from '../terminal/printable.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

type Output = { json?: boolean }
export type ApproveOptions = { storage?: number; ram?: number; cpus?: number }

/** Prints the requests that wait for an administrator. */
export const listApprovals = async (context: Context, options: Output): Promise<void> => {
  const { output, notes } = context.terminal
  const waiting = await (await openGateway(context)).listApprovals()
  if (options.json) return printLine(output, JSON.stringify(waiting, null, 2))
  if (waiting.length === 0) return printLine(notes, 'Nothing waits for approval.')
  const rows = waiting.map(request => [
    request.id,
    request.service_name,
    printable(request.team_name),
    request.requested_by,
    describe(request.asked),
    request.over.join(', '),
  ])
  printLine(output, renderTable([['ID', 'SERVICE', 'TEAM', 'BY', 'ASKS FOR', 'ABOVE'], ...rows]))
}

/** Gives what was asked for, or less. */
export const approve = async (context: Context, id: string, given: ApproveOptions): Promise<void> => {
  const { storage, ram, cpus } = given
  const decided = await (await openGateway(context)).approve(id, {
    ...(storage === undefined ? {} : { storage_gb: storage }),
    ...(ram === undefined ? {} : { ram_mb: ram }),
    ...(cpus === undefined ? {} : { cpus }),
  })
  printLine(context.terminal.notes, `${decided.service_name} is approved: ${describe(decided.given ?? decided.asked)}.`)
}

/** Refuses, with the reason that whoever asked reads. */
export const refuse = async (context: Context, id: string, reason: string): Promise<void> => {
  const decided = await (await openGateway(context)).refuse(id, reason)
  printLine(context.terminal.notes, `${decided.service_name} is refused.`)
}

const describe = ({ cpus, ram_mb, storage_gb }: ApprovalAnswer['asked']): string =>
  `${cpus} cores, ${ram_mb} MB, ${storage_gb} GB`
