/** What the world's DNS says of a name, asked through a resolver. Final dots are left out, names are lower case. */
export type Looked = {
  /** The chain of CNAMEs that was followed, without the name asked for. */
  aliases: readonly string[]
  ipv4: readonly string[]
  ipv6: readonly string[]
  /** Whether the chain comes back to itself or is longer than 16. */
  is_loop: boolean
}

export interface NameLookup {
  /** Empty lists for a name that does not exist. `unavailable` when the resolver does not answer. */
  lookUp(name: string): Promise<Looked>
  /** The TXT values at a name, each joined to one text; empty for none. */
  lookUpText(name: string): Promise<string[]>
}
