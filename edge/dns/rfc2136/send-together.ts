import type { Update } from './plan-update.ts'
import type { Outcome, ServerTalk } from './talk-to-server.ts'

const updatesPerMessage = 50

/**
 * Sends many updates in few messages, which a server writes down as one change each. Where one of a message cannot be, the server does none of it:
 * those are then sent one by one, so that only what is refused stays undone.
 */
export const sendTogether = async (updates: readonly Update[], talk: ServerTalk): Promise<Outcome[]> => {
  const groups = groupUpdates(updates)
  const outcomes = await talk.sendUpdates(groups.map(join))
  const refused = groups.filter((_, index) => outcomes[index]?.status !== 'NOERROR')
  return talk.sendUpdates(refused.flat())
}

const groupUpdates = (updates: readonly Update[]): Update[][] =>
  [...Map.groupBy(updates, update => update.zone).values()].flatMap(some =>
    Array.from({ length: Math.ceil(some.length / updatesPerMessage) }, (_, index) =>
      some.slice(index * updatesPerMessage, (index + 1) * updatesPerMessage),
    ),
  )

const join = (group: readonly Update[]): Update => {
  const [first] = group
  if (!first) throw new Error('a group of updates has at least one')
  return { ...first, commands: group.flatMap(({ commands }) => commands) }
}
