import type { gatewayRoutes } from '@parcela/contract'
import type { PersonId } from '@parcela/core'
import { packTar, type TarFile } from '@parcela/kit'
import { toReleaseAnswer } from '../answers/release-answer.ts'
import { toServiceAnswer } from '../answers/service-answer.ts'
import type { GatewayPorts } from '../ports.ts'
import type { Handler } from '../routes/route-input.ts'

type Dependencies = Pick<GatewayPorts, 'personalData' | 'files' | 'settings' | 'clock'>

/** GET /me/export: everything about the caller, and the files that they published last, as one stream of tar. */
export const createExportMe =
  (ports: Dependencies): Handler<typeof gatewayRoutes.exportMe> =>
  async ({ caller: { person }, reply }) => {
    reply.headers({
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="parcela-${person.username}.tar"`,
    })
    return packTar(listFiles(ports, person.id))
  }

async function* listFiles(ports: Dependencies, personId: PersonId): AsyncGenerator<TarFile> {
  const time = ports.clock.now()
  const document = Buffer.from(JSON.stringify(await describe(ports, personId), null, 2))
  yield { path: 'export.json', size: document.length, time, open: () => once(document) }
  for await (const { service, files } of ports.personalData.listServices(personId)) {
    for (const { path, sha256, size } of files) {
      const open = () => ports.files.open(sha256)
      yield { path: `files/${service.name}-${service.id}/${path}`, size, time: service.updated_at, open }
    }
  }
}

const describe = async ({ personalData, settings, clock }: Dependencies, personId: PersonId) => {
  const services = []
  for await (const { service, releases } of personalData.listServices(personId)) {
    services.push({ ...toServiceAnswer(service, settings), releases: releases.map(toReleaseAnswer) })
  }
  return { exported_at: clock.now().toISOString(), ...(await personalData.readRows(personId)), services }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content
}
