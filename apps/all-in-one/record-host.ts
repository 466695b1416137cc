import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import type { Quotas } from '@parcela/core'

/** Tells what this host has, so that containers are promised no more of it than it can keep. `folder` lies on the disk that they use. */
export const recordHost = async (quotas: Pick<Quotas, 'recordNode'>, folder: string): Promise<void> => {
  const { blocks, bsize } = await statfs(folder)
  await quotas.recordNode({
    id: 'local-docker',
    kind: 'docker',
    capacity: {
      cpus: availableParallelism(),
      ram_mb: Math.floor(totalmem() / 2 ** 20),
      storage_gb: Math.floor((blocks * bsize) / 2 ** 30),
    },
  })
}
