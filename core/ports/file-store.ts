/**
 * Contents by their SHA-256, each stored once whoever sent it. A content that `has` answers for survives a power cut.
 * The digest is computed here while streaming; nobody's word is taken for it.
 */
export interface FileStore {
  has(sha256: string): Promise<boolean>
  /** The digests of these that are not stored. */
  findMissing(digests: readonly string[]): Promise<string[]>
  /**
   * Stores a stream and answers its digest and size. `too_large` beyond `limitBytes`; `invalid` when `expected` is given and differs;
   * `unavailable` with reason `disk_full` when there is no space. A stream that breaks leaves nothing behind.
   */
  put(
    content: AsyncIterable<Uint8Array>,
    options: { limitBytes: number; expected?: string },
  ): Promise<{ sha256: string; size: number }>
  /** Makes everything that was put before durable at once (many small files share one wait for the disk). Call before a digest is written to the database. */
  sync(): Promise<void>
  /** `not_found` when it is not stored. */
  open(sha256: string): AsyncIterable<Uint8Array>
  remove(sha256: string): Promise<void>
  /** Every stored content, with the time it was last put or confirmed by `has` or `findMissing` (both touch it): what is old and unreferenced may be removed. */
  list(): AsyncIterable<{ sha256: string; touched_at: Date }>
}
