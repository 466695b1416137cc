import { createServiceRequest, type gatewayRoutes, invalidFields } from '@parcela/contract'
import type { FileHold } from '@parcela/core'
import { toServiceAnswer } from '../answers/service-answer.ts'
import type { ApprovalTeller } from '../approvals/tell-approvals.ts'
import { checkDomains } from '../domains/check-domains.ts'
import { toInvalid } from '../errors/validation-fields.ts'
import { checkRequirements, checkResources, findFormat } from '../formats/check-format.ts'
import type { GatewayPorts } from '../ports.ts'
import { toNewRelease } from '../releases/to-new-release.ts'
import type { Handler, RouteInput, RouteOutput } from '../routes/route-input.ts'
import { checkManifest } from '../uploads/check-manifest.ts'
import { claimUpload } from '../uploads/claim-upload.ts'
import { receiveUpload } from '../uploads/receive-upload.ts'
import { withHeldFiles } from '../uploads/with-held-files.ts'
import { defaultName } from './choose-name.ts'
import { createWithName } from './create-with-name.ts'
import { findOwner } from './find-owner.ts'
import { findTeam } from './find-team.ts'
import { toIdempotency } from './fingerprint.ts'

type Dependencies = Pick<GatewayPorts, 'desired' | 'files' | 'people' | 'teams' | 'catalog' | 'settings' | 'log'> & {
  teller: ApprovalTeller
}

/** POST /services: the seed's JSON, alone or with files. */
export const createAskForService =
  (ports: Dependencies): Handler<typeof gatewayRoutes.createService> =>
  input =>
    withHeldFiles(ports, held => askForService(ports, held, input))

const askForService = async (
  ports: Dependencies,
  held: FileHold,
  { body, headers, caller, request }: RouteInput<typeof gatewayRoutes.createService>,
): Promise<RouteOutput<typeof gatewayRoutes.createService>> => {
  const { desired, files: store, people, settings } = ports
  const limits = { bytes: settings.uploadLimitBytes, files: settings.uploadLimitFiles }

  const check = (document: unknown) => checkAsked(ports, document)
  const received = body
    ? { document: check(body), files: null }
    : await receiveUpload(request, { files: held, spoolFolder: settings.spoolFolder }, { limits, parseDocument: check })
  if (!received.document) throw invalidFields({ request: 'is missing: the JSON document of the service' })
  const { asked, format, resources, requirements, domains, upload_id } = received.document
  if (received.files && upload_id) {
    throw invalidFields({ 'additional_requirements.upload_id': 'names files, but files were sent, too; choose one' })
  }

  const claimed = upload_id ? await claimUpload({ desired, files: held }, caller, upload_id) : undefined
  const files = claimed?.files ?? received.files
  if (files) checkManifest(files, limits)
  const release = files && toNewRelease(files, { format, storage_gb: resources.storage_gb })
  const owner = await findOwner(people, caller, asked)
  const team_id = await findTeam(ports.teams, { caller, owner, asked: asked.team_id })
  if (files) await store.sync()

  const key = headers['idempotency-key']
  const service = await createWithName(
    desired,
    {
      team_id,
      requested_by: { id: caller.person.id, needs_approval: !caller.person.is_administrator },
      owner_id: owner.id,
      ...(asked.name === undefined ? { defaultName: defaultName(owner.username, format.id) } : { name: asked.name }),
      service_type: asked.service_type,
      service_format: format.id,
      resources,
      additional_requirements: requirements,
      ...(domains ? { domains } : {}),
      ...(asked.https_redirect === undefined ? {} : { https_redirect: asked.https_redirect }),
      release,
    },
    toIdempotency(caller.person, key, { call: 'create-service', document: asked, files }),
  )
  // With a key the request may be repeated; its upload then ends by itself after a day.
  if (claimed && key === undefined) await desired.removeUpload(claimed.id)
  if (service.approval) ports.teller.tell()
  return { status: 202, body: toServiceAnswer(service, settings, release?.warnings) }
}

const checkAsked = ({ catalog, settings }: Pick<GatewayPorts, 'catalog' | 'settings'>, document: unknown) => {
  const parsed = createServiceRequest.safeParse(document)
  if (!parsed.success) throw toInvalid(parsed.error.issues)
  const asked = parsed.data
  const format = findFormat(catalog, asked)
  const { domains, ...requirements } = checkRequirements(format, asked.additional_requirements)
  return {
    asked,
    format,
    resources: checkResources(format, asked),
    ...requirements,
    domains: checkDomains(domains, settings),
  }
}
