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
export { type Answer, type Client, createClient, type Files, form, type SiteAnswer } from './create-client.ts'
export { createLoopbackAgent } from './loopback-agent.ts'
export { encodeMultipart, type FormPart } from './multipart.ts'
export { type DockerTraces, listDockerTraces, listProcesses } from './remove-traces.ts'
export { type LoadOptions, type LoadReport, startLoad } from './start-load.ts'
export { type Parcela, type ParcelaOptions, startParcela } from './start-parcela.ts'
