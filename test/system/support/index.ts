export {
  hostileArchives,
  makeManyFilesTar,
  makeManyFilesZip,
  makeSite,
  makeTarBomb,
  makeZipBomb,
  oddNames,
  type TestArchive,
  tarGzOf,
  zipOf,
} from './archives.ts'
export { type Client, createClient, form } from './create-client.ts'
export { createLoopbackAgent } from './loopback-agent.ts'
export { listDockerTraces, listProcesses } from './remove-traces.ts'
export { type FurtherEdge, startEdge } from './start-edge.ts'
export { startLoad } from './start-load.ts'
export { type Parcela, startParcela } from './start-parcela.ts'
