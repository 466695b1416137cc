import { z } from 'zod'
import { serviceType } from '../services/service-request.ts'

const words = z.object({ en: z.string(), es: z.string() })
const range = z.object({ minimum: z.number(), default: z.number(), maximum: z.number() })

/** A thing that can be asked for, as GET /formats shows it. */
export const formatAnswer = z
  .object({
    id: z.string(),
    service_type: serviceType,
    title: words,
    description: words,
    /** Whether files can be published to it. */
    takes_files: z.boolean(),
    resources: z.object({ storage_gb: range, ram_mb: range, cpus: range }),
    /** JSON Schema (2020-12) of `additional_requirements`. */
    additional_requirements: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Format' })
export type FormatAnswer = z.infer<typeof formatAnswer>

export const formatList = z
  .object({ items: z.array(formatAnswer), next: z.string().nullable() })
  .meta({ id: 'FormatList' })
