import { z } from 'zod'

const factor = z.number('must be a number').min(0.1, 'must be at least 0.1').max(1000, 'must be at most 1000')

/** How many times what a host has may be promised. */
export const overcommit = z.strictObject({ cpus: factor, ram_mb: factor, storage_gb: factor })

const amounts = z.object({ cpus: z.number(), ram_mb: z.int(), storage_gb: z.int() })

/** A host that services run on: what it has, and what is promised of it. */
export const nodeAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(['docker', 'vm']),
    capacity: amounts,
    overcommit,
    /** What may be promised in all. */
    allowed: amounts,
    promised: amounts,
    services: z.int(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Node' })
export type NodeAnswer = z.infer<typeof nodeAnswer>
export const nodeList = z.object({ items: z.array(nodeAnswer), next: z.null() }).meta({ id: 'NodeList' })

export const updateNodeRequest = z
  .strictObject({ overcommit: overcommit.partial() })
  .refine(change => Object.keys(change.overcommit).length > 0, 'has nothing to change in it')
  .meta({ id: 'UpdateNode' })
