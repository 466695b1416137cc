import type { gatewayRoutes, MeAnswer } from '@parcela/contract'
import type { Person } from '@parcela/core'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'
import { serviceUrl } from '../services/service-url.ts'
import type { GatewaySettings } from '../settings.ts'

/** GET /me: the caller, and what their page must know of this installation. */
export const createReadMe =
  ({ settings }: Pick<GatewayPorts, 'settings'>): Handler<typeof gatewayRoutes.getMe> =>
  async ({ caller: { person } }) => ({ status: 200, body: toMeAnswer(person, settings) })

export const toMeAnswer = (person: Person, settings: GatewaySettings): MeAnswer => ({
  id: person.id,
  user_id: person.external_id ?? person.id,
  username: person.username,
  email: person.email,
  name: person.name,
  team_id: person.team_id,
  is_administrator: person.is_administrator,
  language: person.language,
  platform: {
    apps_domain: settings.appsDomain,
    url_template: serviceUrl('{name}', settings),
    upload_limit_bytes: settings.uploadLimitBytes,
    upload_limit_files: settings.uploadLimitFiles,
  },
})
