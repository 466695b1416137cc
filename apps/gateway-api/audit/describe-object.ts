import type { Route } from '@parcela/contract'

/** First part of a path -> what it is about; where there is no word of its own, the plural without its s. */
const nouns: Record<string, string> = {
  people: 'person',
  me: 'person',
  blobs: 'content',
  secrets: 'secrets',
  audit: 'audit',
}

/** What a request is about, as its path says: the kind of thing, and its id where the path has one. */
export const describeObject = (
  { path }: Pick<Route, 'path'>,
  params: Record<string, unknown>,
): { object_type: string; object_id: string | null } => {
  const [, first = ''] = path.split('/')
  const name = /^\/[\w-]+\/\{(\w+)\}/.exec(path)?.[1]
  const id = name === undefined ? undefined : params[name]
  return {
    object_type: nouns[first] ?? first.replace(/s$/, ''),
    object_id: typeof id === 'string' ? id.slice(0, 200) : null,
  }
}
