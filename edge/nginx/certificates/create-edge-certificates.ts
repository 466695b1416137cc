import { rm, writeFile } from 'node:fs/promises'
import type { Edge } from '@parcela/core'
import type { Log, Turn } from '@parcela/kit'
import { createBatcher } from '../apply/create-batcher.ts'
import { testConfig } from '../apply/test-config.ts'
import type { OpenedEdge } from '../open-nginx-edge.ts'
import type { StaticCertificate } from '../render/edge-config.ts'
import { renderCertificateTest } from '../render/render-certificate-test.ts'
import { isCertificateName, isHostName } from '../routes/parse-route.ts'
import type { CertificateChange } from './create-certificate-store.ts'
import { type CheckedCertificate, isValidFor, parseCertificate } from './parse-certificate.ts'

type Options = {
  open: () => Promise<OpenedEdge>
  /** Makes a configuration with these live. */
  apply: (certificates: readonly StaticCertificate[]) => Promise<void>
  /** One change of the configuration at a time. */
  turn: Turn
  binary: string
  panelHost: string
  log: Log
}

/**
 * The certificates of an edge: those of the panel and of wildcards have a place in the configuration, and a change of them is a reload; those of
 * single names are files that workers find by the name of the visitor's handshake.
 */
export const createEdgeCertificates = (
  options: Options,
): Pick<Edge, 'ensureCertificates' | 'removeCertificates' | 'hasCertificate'> => {
  const { open, apply, turn, binary, panelHost, log } = options

  const applyStatic = createBatcher<CertificateChange>(changes =>
    turn(async () => {
      const { certificates } = await open()
      const next = await certificates.stage(changes)
      if (JSON.stringify(next) === JSON.stringify(certificates.listStatic())) return
      await apply(next)
      await certificates.keep(next)
      log.info({ names: next.flatMap(({ names }) => names) }, 'certificates are live')
    }),
  )

  const testByName = async (file: string): Promise<void> => {
    const { directory, controlSocket } = (await open()).config
    const draft = `${file}.conf`
    try {
      const text = renderCertificateTest({ directory, file, socket: `${controlSocket}.test` })
      await writeFile(draft, text, { mode: 0o600 })
      await testConfig({ binary, directory, file: draft })
    } finally {
      await rm(draft, { force: true })
    }
  }

  const hasPlace = ({ names }: CheckedCertificate): boolean =>
    names.includes(panelHost) || names.some(name => name.startsWith('*.'))

  return {
    ensureCertificates: async given => {
      const { certificates } = await open()
      const problems: unknown[] = []
      const attempt = (work: () => Promise<void>): Promise<void> =>
        work().catch((error: unknown) => {
          // The others are made live all the same; the caller hears of the first that cannot be used.
          problems.push(error)
        })
      const withPlace: CheckedCertificate[] = []
      for (const certificate of given) {
        await attempt(async () => {
          const checked = parseCertificate(certificate, new Date())
          if (hasPlace(checked)) withPlace.push(checked)
          else await certificates.writeByName(checked, testByName)
        })
      }
      // One reload for all, unless one of them is refused.
      if (withPlace.length > 0) {
        await applyStatic({ add: withPlace, remove: [] }).catch(async (error: unknown) => {
          if (withPlace.length === 1) return problems.push(error)
          for (const each of withPlace) await attempt(() => applyStatic({ add: [each], remove: [] }))
        })
      }
      if (problems.length > 0) throw problems[0]
    },
    removeCertificates: async given => {
      const names = given.flat().filter(isCertificateName)
      const { certificates } = await open()
      for (const name of names) await certificates.removeByName(name)
      const isPlaced = certificates.listStatic().some(kept => kept.names.some(name => names.includes(name)))
      if (isPlaced) await applyStatic({ add: [], remove: names })
    },
    hasCertificate: async host => {
      const chain = isHostName(host) ? await (await open()).certificates.findChain(host) : undefined
      return chain !== undefined && isValidFor(chain, host, new Date())
    },
  }
}
