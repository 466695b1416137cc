/** Asks which of these digests nothing refers to; for one that is doubtful it answers nothing. */
export type FindUnreferenced = (digests: readonly string[]) => Promise<readonly string[]>

/**
 * Contents by their SHA-256, each stored once whoever sent it. A content that `has` answers for survives a power cut.
 * The digest is computed here while streaming; nobody's word is taken for it. One process puts and removes.
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
  /** Begins a use, such as one upload: from the put of a content to the moment when the database refers to it. */
  hold(): FileHold
  /** Removes those of these contents that nothing refers to and that nobody holds, puts or confirms meanwhile. Answers how many. */
  removeUnreferenced(digests: readonly string[], findUnreferenced: FindUnreferenced): Promise<number>
  /** Every stored content, with the time it was last put or confirmed by `has` or `findMissing` (both touch it): what is old and unreferenced may be removed. */
  list(): AsyncIterable<{ sha256: string; touched_at: Date }>
}

/** A use of the store. What is put or confirmed through it is not removed before it ends; a use that dies with its process ends with it. */
export interface FileHold extends Pick<FileStore, 'put' | 'findMissing'> {
  /** Ends it: what must stay is referred to by now. Twice equals once. */
  release(): Promise<void>
  /** Ends it, and removes what it put or confirmed and nothing refers to; what another use holds is left to that one. */
  discard(findUnreferenced: FindUnreferenced): Promise<void>
}
