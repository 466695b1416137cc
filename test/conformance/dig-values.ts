import type { RecordSet } from '@parcela/core'
import { run } from '@parcela/kit'

/** What real dig sees at a name, in the form of a record set's values. An alias is not followed. */
export const digValues = async (
  server: { port: number; address?: string },
  name: string,
  type: RecordSet['type'],
): Promise<string[]> => {
  const { port, address = '127.0.0.1' } = server
  const argv = ['dig', '-r', `@${address}`, '-p', String(port), '+tries=2', '+time=3', '+noall', '+answer'] as const
  const { stdout } = await run([...argv, '-q', `${name}.`, '-t', type], { timeoutMs: 15_000 })
  return stdout
    .split('\n')
    .map(line => /^\S+\s+\d+\s+IN\s+(\S+)\s+(.*)$/.exec(line))
    .filter(found => found?.[1] === type)
    .map(found => valuesAs[type](found?.[2] ?? ''))
}

const asTold = (text: string): string => text
const valuesAs: Record<RecordSet['type'], (told: string) => string> = {
  A: asTold,
  AAAA: asTold,
  CAA: asTold,
  CNAME: text => text.replace(/\.$/, ''),
  TXT: text =>
    Buffer.concat([...text.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, part = '']) => bytesOf(part))).toString(),
}

const bytesOf = (part: string): Buffer =>
  Buffer.concat(
    [...part.matchAll(/\\(\d{3})|\\(.)|([^\\]+)/g)].map(([, code, sign, plain]) =>
      code === undefined ? Buffer.from(sign ?? plain ?? '') : Buffer.of(Number(code)),
    ),
  )
