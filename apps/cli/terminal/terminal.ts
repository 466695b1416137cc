import type { Readable, Writable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'

/** Where a command reads and writes. Results go to `output`; progress, questions and errors go to `notes`, so that results can be piped. */
export type Terminal = {
  input: Readable | ReadStream
  output: Writable | WriteStream
  notes: Writable | WriteStream
  /** Whether a person sits there: questions may be asked and progress drawn. */
  isInteractive: boolean
  hasColour: boolean
}

export const printLine = (stream: Writable, text = ''): void => {
  stream.write(`${text}\n`)
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const

/** Text in a colour where the terminal shows colours. */
export const paint = (terminal: Terminal, colour: keyof typeof codes, text: string): string =>
  terminal.hasColour ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text
