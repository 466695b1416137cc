export { createReconciler, type Reconciler } from './loop/create-reconciler.ts'
export type { ReconcilerOptions, ReconcilerPorts } from './loop/reconciler-ports.ts'
