import { logLine } from '@parcela/contract'
import { readLines } from '../connection/read-lines.ts'
import { paint, printLine } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

export type LogsOptions = { follow?: boolean; build?: boolean; lines: number; json?: boolean }

/** Prints the last lines of a service's log, and with `follow` each new one until interrupted. */
export const logs = async (context: Context, name: string, options: LogsOptions): Promise<void> => {
  const { terminal, signal } = context
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(name)
  const body = await gateway.openLogs(id, {
    kind: options.build ? 'build' : 'runtime',
    follow: options.follow ?? false,
    lines: options.lines,
    signal,
  })
  for await (const line of readLines(body)) {
    if (line === '') continue
    printLine(terminal.output, options.json ? line : render(line, time => paint(terminal, 'dim', time)))
  }
}

const render = (line: string, dim: (text: string) => string): string => {
  const { time, text } = logLine.parse(JSON.parse(line))
  return time === null ? text : `${dim(time)} ${text}`
}
