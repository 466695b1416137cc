import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@parcela/contract'
import type { Journal } from '@parcela/core'
import { readSettings } from '../../../apps/all-in-one/settings.ts'
import { startAllInOne } from '../../../apps/all-in-one/start-all-in-one.ts'

const settings = readSettings(process.env)
const orders = join(settings.home, 'crash')

/** The file `crash` names the moment at which the process ends itself, once, as a power cut would: `before build-image`, `after verify`. */
const dieAt = (moment: string): void => {
  if (readOrders() !== moment) return
  rmSync(orders)
  process.kill(process.pid, 'SIGKILL')
}

const readOrders = (): string => {
  try {
    return readFileSync(orders, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** The journal is told as each step begins and ends: right there the process dies. */
const wrapJournal = (journal: Journal): Journal => {
  const names = new Map<number, string>()
  return {
    ...journal,
    startStep: async (run, step, startedAt) => {
      const id = await journal.startStep(run, step, startedAt)
      names.set(id, step)
      dieAt(`before ${step}`)
      return id
    },
    finishStep: async (id, outcome, finishedAt) => {
      // After the step's effect, before anybody wrote down that it happened: the hardest moment.
      dieAt(`after ${names.get(id)}`)
      await journal.finishStep(id, outcome, finishedAt)
    },
  }
}

try {
  const { stop } = await startAllInOne(settings, { wrapJournal })
  process.once('SIGTERM', () => stop().then(() => process.exit(0)))
} catch (error) {
  process.stderr.write(`${error instanceof AppError ? error.message : (error as Error).stack}\n`)
  process.exit(1)
}
