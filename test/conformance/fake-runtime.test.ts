import { createFakeRuntime } from '../fakes/fake-runtime.ts'
import { describeRuntime } from './runtime.ts'

describeRuntime('the fake runtime', async () => {
  const runtime = createFakeRuntime()
  const unreachable = createFakeRuntime()
  unreachable.setReachable(false)
  let port = 20_000
  const nextPort = async (): Promise<number> => {
    port += 1
    return port
  }
  return {
    runtime,
    unreachable,
    platform: 'test',
    base: 'parcela-base/web:test',
    subnet: n => `10.208.${n}.0/24`,
    freePort: nextPort,
    takePort: async () => {
      const taken = await nextPort()
      runtime.takePort(taken)
      return taken
    },
    takeSubnet: async () => {
      runtime.takeSubnet('10.208.200.0/24')
      return '10.208.200.0/24'
    },
    addForeign: async () => {
      const id = runtime.addForeign()
      return { isThere: async () => runtime.listForeign().includes(id) }
    },
    isAnswering: async upstream => runtime.isAnswering(upstream),
    say: async ({ id }, word) => runtime.writeLog(id, word),
    slowBuild: () => ({ dockerfile: 'FROM scratch', release: runtime.holdBuilds() }),
    end: async () => undefined,
  }
})
