import { type AppError, type EdgeSnapshot, toAppError } from '@parcela/contract'
import type { Edge, Route } from '@parcela/core'

/**
 * Makes the edge serve exactly what the snapshot says: certificates before the routes that need them, and old certificates last. A certificate that
 * cannot be used keeps no other from being served; the first such problem is thrown at the end.
 */
export const applySnapshot = async (
  edge: Edge,
  snapshot: EdgeSnapshot,
  before: readonly (readonly string[])[],
): Promise<void> => {
  const problems: AppError[] = []
  for (const certificate of snapshot.certificates) {
    await edge.ensureCertificates([certificate]).catch((error: unknown) => problems.push(toAppError(error)))
  }
  await edge.replaceRoutes(snapshot.routes as Route[])
  const wanted = new Set(snapshot.certificates.map(({ names }) => keyOf(names)))
  await edge.removeCertificates(before.filter(names => !wanted.has(keyOf(names))))
  if (problems[0]) throw problems[0]
}

const keyOf = (names: readonly string[]): string => names.toSorted().join(' ')
