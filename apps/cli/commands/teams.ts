import { AppError, type QuotaAnswer, type TeamAnswer } from '@parcela/contract'
import { printable } from '../terminal/printable.ts'
import { renderTable } from '../terminal/render-table.ts'
import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

type Output = { json?: boolean }

/** Prints the teams of the caller. */
export const teams = async (context: Context, options: Output): Promise<void> => {
  const all = await (await openGateway(context)).listTeams()
  if (options.json) return printLine(context.terminal.output, JSON.stringify(all, null, 2))
  const rows = all.map(team => [
    team.slug,
    printable(team.name),
    team.role ?? '-',
    String(team.members),
    String(team.services),
    team.id,
  ])
  printLine(context.terminal.output, renderTable([['TEAM', 'NAME', 'ROLE', 'MEMBERS', 'SERVICES', 'ID'], ...rows]))
}

/** Prints what a team uses, of how much it may have; without a team, the caller's own. */
export const quota = async (context: Context, name: string | undefined, options: Output): Promise<void> => {
  const gateway = await openGateway(context)
  const id = name === undefined ? (await gateway.getMe()).team_id : findTeam(await gateway.listTeams(), name).id
  const told = await gateway.getQuota(id)
  const { output } = context.terminal
  if (options.json) return printLine(output, JSON.stringify(told, null, 2))
  printLine(output, `Plan: ${printable(told.plan.name)}`)
  printLine(output, renderTable([['WHAT', 'USED', 'MAY HAVE'], ...renderUse(told)]))
}

const findTeam = (all: readonly TeamAnswer[], name: string): TeamAnswer => {
  const found = all.find(team => [team.id, team.slug, team.name].includes(name))
  if (!found) throw new AppError('not_found', `There is no team ${name} of yours. See them with: parcela teams`)
  return found
}

const renderUse = ({ used, limits }: QuotaAnswer): string[][] =>
  Object.entries(used).map(([what, amount]) => [
    what,
    String(amount),
    String(limits[what as keyof typeof used] ?? 'no limit'),
  ])
