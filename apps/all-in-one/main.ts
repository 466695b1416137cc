import { runAllInOne } from './run-all-in-one.ts'

// The default way to run Parcela: gateway, reconciler, runtime, edge, name server and database, started and stopped together.
await runAllInOne(process)
