import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@parcela/contract'
import type { Gateway } from '../gateway/gateway.ts'
import { ask } from '../terminal/ask.ts'
import { runStages } from '../terminal/run-stages.ts'
import { type Context, openGateway } from './context.ts'

export type DeleteOptions = { yes?: boolean; purge?: boolean }

const pauseMs = 250
const patienceMs = 120_000

/** Deletes a service after its name was typed again, and waits until it is gone. */
export const deleteService = async (context: Context, name: string, options: DeleteOptions): Promise<void> => {
  const { terminal, signal } = context
  const gateway = await openGateway(context)
  const { id, url } = await gateway.getServiceByName(name)

  if (!options.yes) {
    const typed = await ask(terminal, `${url} stops answering. Type ${name} to delete it`, { instead: '--yes' })
    if (typed !== name) throw new AppError('invalid', 'That is not its name; nothing was deleted.')
  }
  await gateway.deleteService(id, { purge: options.purge ?? false })
  const kept = options.purge ? 'its files are deleted, too' : 'its files are kept for the retention time'
  await runStages(
    [
      {
        title: `Deleting ${name}`,
        run: async () =>
          (await waitUntilFree(gateway, name, signal)) ? `gone; ${kept}` : 'still under way; it goes on by itself',
      },
    ],
    terminal,
  )
}

/** A name is free again once everything of the service is gone. */
const waitUntilFree = async (gateway: Gateway, name: string, signal: AbortSignal): Promise<boolean> => {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; ) {
    if ((await gateway.getName(name)).available) return true
    await sleep(pauseMs, undefined, { signal })
  }
  return false
}
