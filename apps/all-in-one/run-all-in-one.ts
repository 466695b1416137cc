import { existsSync } from 'node:fs'
import { AppError } from '@parcela/contract'
import { SettingsError } from '@parcela/kit'
import { administratorLoginFile } from './administrator-login.ts'
import { renderReady } from './ready.ts'
import { readSettings } from './settings.ts'
import { startAllInOne } from './start-all-in-one.ts'

/** Runs until a signal ends it; prints where everything is, or why it could not start. With `--check` it only reads the settings, and ends. */
export const runAllInOne = async (host: NodeJS.Process): Promise<void> => {
  try {
    const settings = readSettings(host.env)
    if (host.argv.includes('--check')) return
    const { ready, stop } = await startAllInOne(settings)
    const login = administratorLoginFile(settings.home)
    host.stdout.write(renderReady(ready, { home: settings.home, login: existsSync(login) ? login : null }))

    const stopOnce = async (signal: NodeJS.Signals) => {
      host.stdout.write(`\nStopping (${signal}). bin/up brings the page and the sites back.\n`)
      await stop()
      host.exit(0)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) host.once(signal, stopOnce)
  } catch (error) {
    const isForPeople = error instanceof SettingsError || error instanceof AppError
    host.stderr.write(`Parcela could not start. ${isForPeople ? error.message : (error as Error).stack}\n`)
    host.exit(1)
  }
}
