import { isIPv6 } from 'node:net'
import { AppError } from '@parcela/contract'
import { type RunResult, runToEnd } from '@parcela/kit'
import { explainFailure, explainMissing } from './explain-failure.ts'
import { recordMarkOf, validationMarkOf } from './marks.ts'
import type { Update } from './plan-update.ts'
import { parseUpdateKey, type UpdateKey, withKeyFile } from './update-key.ts'
import { type FoundSets, parseRecords, recordTypes } from './zone-text.ts'

export type ServerOptions = {
  server: { address: string; port: number }
  /** Left out for a server that decides by address alone, as Windows DNS does. */
  key?: UpdateKey
  nsupdateBinary?: string
  digBinary?: string
}

/** What became of one update: a DNS response code, such as NOERROR or YXDOMAIN. */
export type Outcome = { update: Update; status: string; said: string }

type ToolOptions = { timeoutMs: number; input?: string; outputBytes?: number }

/** Nothing of ours is the tools' business. */
const toolEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
const queryTimeoutSeconds = 5
const namesPerRun = 30
const updatesPerRun = 100
const transferMs = 60_000
/** A zone of 10,000 names of ours fills about 5 MB. */
const transferBytes = 128 * 1024 * 1024

/** The two programs that speak to the server. Every message is signed; every failure is an `AppError`. */
export const createServerTalk = ({ server, key, nsupdateBinary = 'nsupdate', digBinary = 'dig' }: ServerOptions) => {
  const parsed = key && parseUpdateKey(key)
  const where = isIPv6(server.address) ? `[${server.address}]:${server.port}` : `${server.address}:${server.port}`
  const fail = (said: string, what: string) =>
    explainFailure(key ? said.replaceAll(key.secret, '[secret]') : said, { server: where, what, keyName: parsed?.name })

  const runTool = async (program: string, words: readonly string[], options: ToolOptions): Promise<RunResult> => {
    const start = (keyWords: readonly string[]) =>
      runToEnd([program, ...keyWords, ...words], { env: toolEnvironment, ...options })
    try {
      return await (parsed ? withKeyFile(parsed.text, file => start(['-k', file])) : start([]))
    } catch (error) {
      throw explainMissing(program, error)
    }
  }

  const dig = (words: readonly string[], options: ToolOptions): Promise<RunResult> =>
    runTool(
      digBinary,
      [
        ...['-r', `@${server.address}`, '-p', String(server.port), '+tcp', '+norecurse', '+tries=1'],
        ...[`+time=${queryTimeoutSeconds}`, '+noall', '+answer', '+comments', ...words],
      ],
      options,
    )

  /** Asks dig a few questions and answers what it wrote. Throws unless each was answered, also when with "no such name". */
  const ask = async (questions: readonly { name: string; type: string }[], what: string): Promise<string> => {
    const words = questions.flatMap(({ name, type }) => ['-q', `${name}.`, '-t', type])
    const { stdout, stderr } = await dig(words, { timeoutMs: (queryTimeoutSeconds + 2) * 1000 })
    const answered = stdout.match(/status: (NOERROR|NXDOMAIN),/g)?.length ?? 0
    if (answered !== questions.length || isUnverified(stdout + stderr)) throw fail(`${stdout}\n${stderr}`, what)
    return stdout
  }

  return {
    where,

    /** Everything in the zone; undefined where the server does not hand it over. */
    readZone: async (zone: string): Promise<FoundSets | undefined> => {
      const { stdout, stderr, exitCode } = await dig(['-q', `${zone}.`, '-t', 'AXFR'], {
        timeoutMs: transferMs,
        outputBytes: transferBytes,
      })
      const isWhole = (stdout.match(/^\S+\s+\d+\s+IN\s+SOA\s/gm)?.length ?? 0) >= 2
      if (isWhole && !isUnverified(stdout + stderr)) return parseRecords(stdout)
      if (exitCode === 0 && /Transfer failed/.test(stdout + stderr) && !isUnverified(stdout + stderr)) return undefined
      throw fail(`${stdout.slice(-2000)}\n${stderr}`, `the transfer of ${zone}`)
    },

    /** These names with their marks, asked one by one. */
    readNames: async (names: readonly string[]): Promise<FoundSets> => {
      const found: FoundSets = new Map()
      for (let start = 0; start < names.length; start += namesPerRun) {
        const some = names.slice(start, start + namesPerRun)
        const answered = parseRecords(await ask(some.flatMap(questionsAbout), `questions about ${some[0]}`))
        for (const [name, sets] of answered) found.set(name, sets)
      }
      return found
    },

    /** Throws unless the server answers for the zone itself. */
    checkZone: async (zone: string): Promise<void> => {
      const answer = await ask([{ name: zone, type: 'SOA' }], `a question about ${zone}`)
      if (!/^;; flags:[^;]* aa[ ;]/m.test(answer) || !/\sSOA\s/.test(answer))
        throw fail('NOTAUTH', `to speak for ${zone}`)
    },

    /** Sends each as a message of its own, in this order. Throws for what stands in the way of all of them. */
    sendUpdates: async (updates: readonly Update[]): Promise<Outcome[]> => {
      const outcomes: Outcome[] = []
      for (let start = 0; start < updates.length; start += updatesPerRun) {
        const some = updates.slice(start, start + updatesPerRun)
        const what = `the update of ${some[0]?.name}`
        const input = [
          `server ${server.address} ${server.port}`,
          'check-names no',
          ...some.flatMap(commandsOf),
          '',
        ].join('\n')
        const timeoutMs = (queryTimeoutSeconds + 2) * 1000 + some.length * 500
        const words = ['-v', '-t', String(queryTimeoutSeconds)]
        const { stdout, stderr } = await runTool(nsupdateBinary, words, { timeoutMs, input })
        const statuses = [...stdout.matchAll(/opcode: UPDATE, status: ([A-Z0-9]+),/g)].map(([, status = '']) => status)
        if (statuses.length !== some.length || isUnverified(stdout + stderr) || statuses.includes('NOTAUTH'))
          throw fail(stderr, what)
        outcomes.push(...some.map((update, index) => ({ update, status: statuses[index] ?? '', said: stderr })))
      }
      return outcomes
    },

    /** The refusal of one update as an error. */
    explainRefusal: ({ update, status, said }: Outcome): Error => {
      const cause = new Error(said.trim().split('\n').slice(-8).join('\n'))
      if (status === 'YXDOMAIN' || status === 'YXRRSET') return update.occupied(cause)
      if (status !== 'NXRRSET') return fail(status, `the update of ${update.name}`)
      const changed = `${update.name} was changed at the name server by somebody else at the same moment. It will be tried again.`
      return new AppError('unavailable', changed, { cause })
    },
  }
}

export type ServerTalk = ReturnType<typeof createServerTalk>

/** A server that does not check signatures, or a key it does not know: the answer cannot be believed. */
const isUnverified = (said: string): boolean => /verify signature|TSIG error|expected a TSIG|create key/i.test(said)

const questionsAbout = (name: string): { name: string; type: string }[] => [
  ...recordTypes.map(type => ({ name, type })),
  { name: recordMarkOf(name), type: 'TXT' },
  ...(name.startsWith('*.') ? [] : [{ name: validationMarkOf(name), type: 'TXT' }]),
]

const commandsOf = ({ zone, commands }: Update): string[] => [`zone ${zone}.`, ...commands, 'send', 'answer']
