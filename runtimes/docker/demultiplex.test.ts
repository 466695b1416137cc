import { expect, test } from 'vitest'
import { demultiplex, type OutputLine } from './demultiplex.ts'

const frame = (stream: 1 | 2, text: string): Buffer => {
  const body = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}

const readAll = async (chunks: Buffer[]): Promise<OutputLine[]> => {
  const lines: OutputLine[] = []
  for await (const line of demultiplex(from(chunks))) lines.push(line)
  return lines
}

async function* from(chunks: Buffer[]): AsyncIterable<Uint8Array> {
  yield* chunks
}

test('lines keep their stream and their order', async () => {
  const frames = [frame(1, 'one\n'), frame(2, 'oops\n'), frame(1, 'two\nthree\n')]
  expect(await readAll([Buffer.concat(frames)])).toEqual([
    { stream: 'stdout', text: 'one' },
    { stream: 'stderr', text: 'oops' },
    { stream: 'stdout', text: 'two' },
    { stream: 'stdout', text: 'three' },
  ])
})

test('frames, lines and letters may be cut anywhere', async () => {
  const bytes = Buffer.concat([frame(1, 'ñan'), frame(2, 'warning\n'), frame(1, 'dú\nend')])
  const letters = [...bytes].map(byte => Buffer.from([byte]))
  expect(await readAll(letters)).toEqual([
    { stream: 'stderr', text: 'warning' },
    { stream: 'stdout', text: 'ñandú' },
    { stream: 'stdout', text: 'end' },
  ])
})

test('a line without end is handed on in parts instead of being kept', async () => {
  const lines = await readAll([frame(1, 'x'.repeat(300_000)), frame(1, 'y\n')])
  expect(lines.map(({ text }) => text.length)).toEqual([300_000, 1])
})
