import { collisionKey, findPathProblem } from '@parcela/contract'
import type { PickedFiles } from './picked-files.ts'

export type FilesProblem =
  | { kind: 'empty' }
  | { kind: 'path'; path: string; problem: string }
  | { kind: 'collision'; one: string; other: string }
  | { kind: 'too_many'; count: number; limit: number }
  | { kind: 'too_large'; bytes: number; limit: number }

type Limits = { bytes: number; files: number }

/** The first reason why these files cannot be published, before a byte of them is sent; the server checks the same again. Pure. */
export const findFilesProblem = (picked: PickedFiles, limits: Limits): FilesProblem | undefined => {
  if (picked.files.length === 0) return { kind: 'empty' }
  if (picked.files.length > limits.files) return { kind: 'too_many', count: picked.files.length, limit: limits.files }
  if (picked.bytes > limits.bytes) return { kind: 'too_large', bytes: picked.bytes, limit: limits.bytes }
  const seen = new Map<string, string>()
  for (const { path } of picked.files) {
    const problem = findPathProblem(path)
    if (problem !== undefined) return { kind: 'path', path, problem }
    const key = collisionKey(path)
    const one = seen.get(key)
    if (one !== undefined) return { kind: 'collision', one, other: path }
    seen.set(key, path)
  }
  return undefined
}
