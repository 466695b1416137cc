import { AppError } from '@parcela/contract'
import { SettingsError } from '@parcela/kit'
import { administratorLoginFile } from './administrator-login.ts'
import { renderReady } from './ready.ts'
import { readSettings } from './settings.ts'
import { startAllInOne } from './start-all-in-one.ts'

// The default way to run Parcela: gateway, reconciler, runtime, edge, name server and database, started and stopped together.
try {
  const settings = readSettings(process.env)
  const { ready, stop } = await startAllInOne(settings)
  process.stdout.write(renderReady(ready, { home: settings.home, login: administratorLoginFile(settings.home) }))

  const stopOnce = (signal: NodeJS.Signals) => {
    process.stdout.write(`\nStopping (${signal}). bin/up brings the page and the sites back.\n`)
    stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stopOnce)
} catch (error) {
  const isForPeople = error instanceof SettingsError || error instanceof AppError
  process.stderr.write(`Parcela could not start. ${isForPeople ? error.message : (error as Error).stack}\n`)
  process.exit(1)
}
