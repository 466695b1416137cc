import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ContainerRecipe } from '@parcela/contract'
import type { ServiceSpec } from '@parcela/core'

/** Names of images: everything that goes into one is in its digest, so that an unchanged release is never built again. */
export type ImageName = { reference: string; digest: string }

/** The format's own image; the same on every installation. */
export const baseImageName = async (format: string, recipe: ContainerRecipe): Promise<ImageName> => {
  const hash = createHash('sha256')
  for (const name of recipe.base.files.toSorted()) {
    hash
      .update(`${name}\0`)
      .update(await readFile(new URL(name, recipe.base.folder)))
      .update('\0')
  }
  const digest = hash.digest('hex').slice(0, 16)
  return { reference: `parcela-base/${format}:${digest}`, digest }
}

/** The image of one service's files on top of that. */
export const serviceImageName = (parts: {
  platform: string
  spec: ServiceSpec
  base: string
  dockerfile: string
  filesDigest: string
}): ImageName => {
  const { base, dockerfile, filesDigest } = parts
  const hash = createHash('sha256').update(`${base}\0${dockerfile}\0${filesDigest}`)
  const digest = hash.digest('hex').slice(0, 16)
  return { reference: `parcela-${parts.platform}/${parts.spec.id}:${digest}`, digest }
}

/** What makes one instance differ from another: the same revision is the same instance. */
export const revisionOf = (spec: ServiceSpec, image: string): string =>
  createHash('sha256')
    .update(JSON.stringify([image, spec.resources.ram_mb, spec.resources.cpus, spec.restarts]))
    .digest('hex')
    .slice(0, 12)
