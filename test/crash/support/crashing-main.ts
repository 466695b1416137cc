import { AppError } from '@parcela/contract'
import type { Journal } from '@parcela/core'
import { readSettings } from '../../../apps/all-in-one/settings.ts'
import { startAllInOne } from '../../../apps/all-in-one/start-all-in-one.ts'

/** `before build-image` or `after build-image`: where the process ends itself, as a power cut would. */
const [when, doomed] = (process.env.CRASH ?? '').split(' ')

const die = () => process.kill(process.pid, 'SIGKILL')

/** The journal is told as each step begins and ends: right there the process dies. */
const wrapJournal = (journal: Journal): Journal => {
  const names = new Map<number, string>()
  return {
    ...journal,
    startStep: async (run, step) => {
      const id = await journal.startStep(run, step)
      names.set(id, step)
      if (when === 'before' && step === doomed) die()
      return id
    },
    finishStep: async (id, outcome) => {
      // After the step's effect, before anybody wrote down that it happened: the hardest moment.
      if (when === 'after' && names.get(id) === doomed) die()
      await journal.finishStep(id, outcome)
    },
  }
}

const { CRASH: _, ...environment } = process.env
try {
  await startAllInOne(readSettings(environment), { wrapJournal })
} catch (error) {
  process.stderr.write(`${error instanceof AppError ? error.message : (error as Error).stack}\n`)
  process.exit(1)
}
