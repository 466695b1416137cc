export type OutputLine = { stream: 'stdout' | 'stderr'; text: string }

const headerBytes = 8
const longestLine = 256 * 1024

/**
 * The engine's multiplexed log stream as lines. Each frame: one byte that names the stream (1 stdout, 2 stderr), three zero bytes, four bytes of
 * length (big endian), then as many bytes of text. See "Attach to a container" of the Docker Engine API.
 */
export async function* demultiplex(chunks: AsyncIterable<Uint8Array>): AsyncIterable<OutputLine> {
  const open = { stdout: createLines(), stderr: createLines() }
  let pending = Buffer.alloc(0)
  for await (const chunk of chunks) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk])
    while (pending.length >= headerBytes) {
      const end = headerBytes + pending.readUInt32BE(4)
      if (pending.length < end) break
      const stream = pending[0] === 2 ? 'stderr' : 'stdout'
      for (const text of open[stream].add(pending.subarray(headerBytes, end))) yield { stream, text }
      pending = pending.subarray(end)
    }
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const text = open[stream].rest()
    if (text !== '') yield { stream, text }
  }
}

const createLines = () => {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    add(bytes: Uint8Array): string[] {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      // A program that never ends its line must not fill our memory.
      if (rest.length > longestLine) {
        lines.push(rest)
        rest = ''
      }
      return lines
    },
    rest: () => rest + decoder.decode(),
  }
}
