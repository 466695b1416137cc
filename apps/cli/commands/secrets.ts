import { printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

/** Has everything that is stored encrypted encrypted anew, with a new key. */
export const rotateSecrets = async (context: Context, options: { json?: boolean }): Promise<void> => {
  const { output } = context.terminal
  const answer = await (await openGateway(context)).rotateSecrets()
  if (options.json) return printLine(output, JSON.stringify(answer, null, 2))
  printLine(output, `The new key ${answer.key_id} is in place; ${answer.secrets} secrets are encrypted with it.`)
  printLine(
    context.terminal.notes,
    'Back up secrets.key of PARCELA_HOME: the backup of the old key opens older backups of the database only.',
  )
}
