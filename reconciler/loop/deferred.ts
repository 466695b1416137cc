/** A step that could not be done now, and that the rest of the work does not wait for: it is told, and done later. */
export class Deferred extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'Deferred'
  }
}
