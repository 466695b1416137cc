import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { AppError } from '@parcela/contract'
import { readText } from '../connection/read-text.ts'
import type { Terminal } from './terminal.ts'

/** Asks a person; what is typed is not shown when it is `secret`. `invalid` where nobody can answer; `instead` says which option to give. */
export const ask = async (
  terminal: Terminal,
  question: string,
  options: { secret?: boolean; instead: string },
): Promise<string> => {
  if (!terminal.isInteractive)
    throw new AppError('invalid', `${question}: nobody can be asked here. Give it with ${options.instead}.`)
  const silent = new Writable({ write: (_part, _encoding, done) => done() })
  if (options.secret) terminal.notes.write(`${question}: `)
  const lines = createInterface({
    input: terminal.input,
    output: options.secret ? silent : terminal.notes,
    terminal: true,
  })
  const leave = new AbortController()
  lines.on('SIGINT', () => leave.abort())
  try {
    return (await lines.question(options.secret ? '' : `${question}: `, { signal: leave.signal })).trim()
  } finally {
    lines.close()
    if (options.secret) terminal.notes.write('\n')
  }
}

/** The first line of standard input, for secrets that a program hands over. */
export const readSecret = async (terminal: Terminal): Promise<string> => {
  const [first = ''] = (await readText(terminal.input)).split('\n')
  if (first === '') throw new AppError('invalid', 'Standard input is empty; a secret was expected on its first line.')
  return first.replace(/\r$/, '')
}
