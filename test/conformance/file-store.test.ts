import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@parcela/kit'
import { createFileStore } from '@parcela/state'
import { onTestFinished } from 'vitest'
import { createFakeFileStore } from '../fakes/fake-file-store.ts'
import { fileStoreConformance } from './file-store.ts'

fileStoreConformance('the disk', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parcela-files-'))
  const store = createFileStore({ directory, log: silentLog })
  onTestFinished(async () => {
    await store.sync()
    await rm(directory, { recursive: true })
  })
  return store
})

fileStoreConformance('the fake', async () => createFakeFileStore())
