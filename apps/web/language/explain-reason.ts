import type { StatusReason } from '@parcela/contract'
import type { TFunction } from 'i18next'

const known = [
  'answered_by_another',
  'answered_with_error',
  'being_deleted',
  'build_failed',
  'damaged_file',
  'database_unavailable',
  'digest_mismatch',
  'disk_full',
  'ended_by_itself',
  'engine_down',
  'engine_forbidden',
  'files_missing',
  'format_gone',
  'host_down',
  'image_missing',
  'instance_gone',
  'name_taken',
  'no_answer',
  'no_certificate',
  'no_free_port',
  'no_free_subnet',
  'out_of_memory',
  'over_storage',
  'port_taken',
  'release_failed',
  'start_failed',
  'subnet_taken',
  'token_refused',
  'too_many_bytes',
  'too_many_files',
] as const

type Known = (typeof known)[number]

/** A situation that the server has a word for, in a sentence of the page's language; undefined for words that the page does not know. */
export const explainSituation = (
  reason: unknown,
  values: Readonly<Record<string, unknown>>,
  t: TFunction,
): string | undefined => {
  const word = known.find((candidate): candidate is Known => candidate === reason)
  if (word === undefined) return undefined
  const { limit_bytes: limit } = values
  const said = typeof limit === 'number' ? { ...values, limit_bytes: formatBytes(limit) } : values
  // Which values a sentence takes is between it and the server: `words.test.ts` cannot know, nor can the types.
  return t(`reason.${word}` as 'reason.instance_gone', said)
}

/** Whole units read the same in both languages. */
const formatBytes = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${Math.floor(bytes / 2 ** 30)} GiB` : `${Math.floor(bytes / 2 ** 20)} MiB`

/** Why a site is not as it was asked for: in the page's words where they exist, else in the server's. */
export const explainReason = (reason: StatusReason, t: TFunction): string =>
  explainSituation(reason.reason, reason.values ?? {}, t) ??
  (reason.code === 'internal' ? t('error.internal') : reason.message)

/** What the site itself said last, when that is part of the reason. */
export const lastLinesOf = (reason: StatusReason): string | undefined => {
  const lines = reason.values?.last_lines
  return typeof lines === 'string' && lines !== '' ? lines : undefined
}
