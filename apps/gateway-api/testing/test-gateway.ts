import type { LogLine } from '@parcela/contract'
import type { StoredEvent } from '@parcela/core'
import { silentLog } from '@parcela/kit'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { web } from '../../../catalog/web/manifest.ts'
import { createFakeAuditTrail } from '../../../test/fakes/fake-audit-trail.ts'
import { createFakeClock } from '../../../test/fakes/fake-clock.ts'
import { createFakeDesiredState } from '../../../test/fakes/fake-desired-state.ts'
import { createFakeEdges } from '../../../test/fakes/fake-edges.ts'
import { createFakeFileStore } from '../../../test/fakes/fake-file-store.ts'
import { createFakeInvitations } from '../../../test/fakes/fake-invitations.ts'
import { createFakePeople } from '../../../test/fakes/fake-people.ts'
import { createFakeApprovals, createFakePersonalData, createFakeQuotas } from '../../../test/fakes/fake-quotas.ts'
import { createFakeTeams } from '../../../test/fakes/fake-teams.ts'
import { createGateway } from '../create-gateway.ts'
import { ensureFirstAdministrator } from '../identity/ensure-first-administrator.ts'
import type { GatewayPorts } from '../ports.ts'
import type { GatewaySettings } from '../settings.ts'
import { noSnapshots } from './no-snapshots.ts'
import { createTestClient } from './test-client.ts'

export const panelUrl = 'https://parcela.localhost:8443'

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>

/** A gateway over the fakes, with an administrator (API key and session) and a way to sign people up. */
export const startTestGateway = async (
  options: { settings?: Partial<GatewaySettings>; ports?: Partial<GatewayPorts> } = {},
) => {
  const clock = createFakeClock(new Date().toISOString())
  const people = createFakePeople(clock)
  const desired = createFakeDesiredState(clock, people)
  const files = createFakeFileStore({ clock })
  const audit = createFakeAuditTrail()
  const stored: StoredEvent[] = []
  const lines: LogLine[] = []
  const settings: GatewaySettings = {
    panelUrl,
    appsDomain: 'apps.localhost',
    httpsPort: 8443,
    edgeAddresses: { ipv4: ['192.0.2.1'], ipv6: ['2001:db8::1'] },
    dns: { server: 'embedded', records: 'each', zones: ['apps.localhost'] },
    signUp: 'open',
    uploadLimitBytes: 4 * 2 ** 20,
    uploadLimitFiles: 100,
    secret: 'a secret of the tests, long enough for the signature',
    ...options.settings,
  }
  const ports: GatewayPorts = {
    desired,
    people,
    teams: createFakeTeams(clock, people),
    quotas: createFakeQuotas(clock),
    approvals: createFakeApprovals(),
    personalData: createFakePersonalData(),
    files,
    audit,
    secrets: { rotate: async () => ({ key_id: '0123456789abcdef', secrets: 0 }) },
    clock,
    settings,
    log: silentLog,
    catalog: new Map([['web', web]]),
    identity: memoryAdapter({
      user: [],
      session: [],
      account: [],
      verification: [],
      apikey: [],
      twoFactor: [],
      passkey: [],
      rateLimit: [],
    }),
    invitations: createFakeInvitations(clock),
    events: { follow: (_scope, _id, { afterId, signal }) => follow(stored, afterId, signal) },
    journal: { readBuildLog: async () => lines, listSteps: async () => [] },
    logs: { read: () => readAll(lines) },
    traffic: { readTraffic: async () => [] },
    observed: { listRecords: async () => [] },
    edges: createFakeEdges(clock),
    edgeSnapshots: noSnapshots,
    health: async () => ({ ok: true, checks: { database: null } }),
    ...options.ports,
  }
  const administrator = await ensureFirstAdministrator({
    ...ports,
    email: 'admin@example.org',
    password: 'correct horse battery',
  })
  const app = await createGateway(ports)
  await app.ready()
  return {
    app,
    ports,
    audit,
    people,
    desired,
    files,
    clock,
    stored,
    lines,
    settings,
    administrator,
    ...createTestClient(app),
  }
}

async function* follow(stored: StoredEvent[], afterId: number, signal: AbortSignal): AsyncGenerator<StoredEvent> {
  yield* stored.filter(({ id }) => id > afterId)
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
}

async function* readAll(lines: LogLine[]): AsyncGenerator<LogLine> {
  yield* lines
}
