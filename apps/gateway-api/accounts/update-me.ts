import type { gatewayRoutes } from '@parcela/contract'
import { toMeAnswer } from '../people/read-me.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

/** PATCH /me: name and language. */
export const createUpdateMe =
  ({ people, settings }: Pick<GatewayPorts, 'people' | 'settings'>): Handler<typeof gatewayRoutes.updateMe> =>
  async ({ caller, body }) => {
    const { name, language } = body
    const person = await people.updatePerson(caller.person.id, {
      ...(name === undefined ? {} : { name }),
      ...(language === undefined ? {} : { language }),
    })
    return { status: 200, body: toMeAnswer(person, settings) }
  }
