/** What a stored secret is called: `platform/smtp`, `service/svc_.../env/DATABASE_PASSWORD`. At most 300 characters. */
export type SecretName = string

/** Secrets at rest. What is stored is encrypted and bound to its name: a row that was copied to another name cannot be read. */
export interface SecretStore {
  /** Stores, or replaces. */
  put(name: SecretName, text: string): Promise<void>
  /** The text, or undefined where there is none. Throws `internal` when the stored row was tampered with; never answers clear text in its place. */
  get(name: SecretName): Promise<string | undefined>
  /** Gone is success. */
  remove(name: SecretName): Promise<void>
  /** Names below a prefix, sorted; never the secrets. */
  list(prefix?: string): Promise<{ name: SecretName; updated_at: Date }[]>
}

/** Gives everything stored a new key: all of it or nothing, whenever the process dies. */
export interface SecretRotation {
  rotate(): Promise<{ key_id: string; secrets: number }>
}
