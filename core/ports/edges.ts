import type { EdgeId } from '../model/id.ts'

/** Another host that serves the same sites. */
export type RegisteredEdge = {
  id: EdgeId
  name: string
  created_at: Date
  seen_at: Date | null
  applied_version: number | null
  problem: string | null
}

/** Which other edges there are. Tokens are kept as hashes. */
export interface Edges {
  /** `conflict` with reason `name_taken` when an edge of that name exists. */
  createEdge(edge: { name: string; token_hash: string }): Promise<RegisteredEdge>
  listEdges(): Promise<RegisteredEdge[]>
  /** `not_found` for an unknown one. */
  removeEdge(id: string): Promise<void>
  findByTokenHash(hash: string): Promise<RegisteredEdge | undefined>
  recordSeen(id: EdgeId, report: { applied_version: number; problem: string | null }): Promise<void>
  /** Rises with every change of a route or a certificate while there is an edge, also over a restored backup. */
  currentVersion(): Promise<number>
}
