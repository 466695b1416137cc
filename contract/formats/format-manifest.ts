import type { z } from 'zod'
import type { FormatAnswer } from './format.ts'

/** What a format of the catalog says about itself; `catalog/<id>/manifest.ts` exports one. */
export type FormatManifest = Omit<FormatAnswer, 'additional_requirements'> & {
  /** The schema of `additional_requirements` for this format, without `upload_id`, which the gateway handles. Strict. */
  requirements: z.ZodType<Record<string, unknown>>
  /** How its containers are made; absent for virtual machines. */
  container?: ContainerRecipe
}

/** How a container of a format is made from the person's files. */
export type ContainerRecipe = {
  /** The format's own image, built once from the catalog's folder; every service's image begins with it. */
  base: {
    /** File names relative to the format's folder that make the build context; one of them is `Dockerfile`. */
    files: readonly string[]
    /** The folder that holds them, as a file URL. */
    folder: URL
  }
  /** The service's own Dockerfile; `base` is the reference of the image above. The build context holds the person's files under `site/`. */
  dockerfile: (base: string) => string
  /** Shown until the first publish: path -> content. */
  placeholder: (service: { name: string; url: string }) => Record<string, string>
  /** The TCP port that answers HTTP inside the container. */
  port: number
  /** The path that answers any status below 500 once the container is ready. */
  health_path: string
  /** Writable places in the read-only container: path -> size in MiB. */
  tmpfs: Record<string, number>
  pids_limit: number
  /** Signal that ends the main process after open requests were answered. */
  stop_signal: string
  /** Seconds that the old container gets to finish open requests. */
  drain_seconds: number
  /** Warnings about a set of published paths, such as a missing index.html. */
  warnings: (paths: readonly string[]) => string[]
}
