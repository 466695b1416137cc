import type { StatusReason } from '@parcela/contract'
import type { TFunction } from 'i18next'

const known = [
  'account_disabled',
  'account_not_linked',
  'account_temporarily_locked',
  'already_decided',
  'answered_by_another',
  'answered_with_error',
  'authentication_failed',
  'being_deleted',
  'build_failed',
  'capacity_cpus',
  'capacity_ram_mb',
  'capacity_storage_gb',
  'certificate_ends',
  'certificate_limit',
  'challenge_not_found',
  'change_needs_approval',
  'change_refused',
  'cname_leads_nowhere',
  'cname_loop',
  'code_already_used',
  'credential_account_not_found',
  'damaged_file',
  'database_unavailable',
  'digest_mismatch',
  'disk_full',
  'domain_present',
  'domain_taken',
  'domain_taken_over',
  'email_not_verified',
  'email_taken',
  'ended_by_itself',
  'engine_down',
  'engine_forbidden',
  'failed_to_verify_registration',
  'files_missing',
  'format_gone',
  'has_services',
  'host_down',
  'image_missing',
  'instance_gone',
  'invalid_backup_code',
  'invalid_code',
  'invalid_email',
  'invalid_email_or_password',
  'invalid_password',
  'invalid_token',
  'invalid_two_factor_cookie',
  'invitation_expired',
  'invitation_foreign',
  'invitation_revoked',
  'invitation_used',
  'key_scope',
  'last_administrator',
  'last_credential',
  'last_owner',
  'member_present',
  'name_refused',
  'name_taken',
  'needs_approval',
  'no_account',
  'no_answer',
  'no_certificate',
  'no_free_port',
  'no_free_subnet',
  'no_records',
  'no_route',
  'not_approved',
  'out_of_memory',
  'outside_constraints',
  'over_storage',
  'passkey_not_found',
  'passkey_without_pin',
  'password_compromised',
  'password_too_long',
  'password_too_short',
  'personal_team',
  'points_elsewhere',
  'points_partly_elsewhere',
  'port_taken',
  'proof_missing',
  'proof_wrong',
  'quota_cpus',
  'quota_custom_domains',
  'quota_machines',
  'quota_open_uploads',
  'quota_ram_mb',
  'quota_services',
  'quota_storage_gb',
  'quota_teams',
  'quota_uploads_per_day',
  'rate_limited',
  'refused',
  'release_failed',
  'role',
  'session_needed',
  'session_not_fresh',
  'sign_in_again',
  'sign_in_provider_refused',
  'sign_in_provider_unavailable',
  'sign_up_by_invitation',
  'sign_up_closed',
  'start_failed',
  'subnet_taken',
  'token_expired',
  'token_refused',
  'too_many_attempts_request_new_code',
  'too_many_bytes',
  'too_many_files',
  'too_many_invitations',
  'too_many_keys',
  'totp_already_enabled',
  'totp_not_enabled',
  'user_already_exists',
  'user_already_exists_use_another_email',
  'validation_error',
  'validation_failed',
] as const

type Known = (typeof known)[number]

/** A situation that the server has a word for, in a sentence of the page's language; undefined for words that the page does not know. */
export const explainSituation = (
  reason: unknown,
  values: Readonly<Record<string, unknown>>,
  t: TFunction,
): string | undefined => {
  // The sign-in library writes its words in capitals.
  const said = typeof reason === 'string' ? reason.toLowerCase() : undefined
  const word = known.find((candidate): candidate is Known => candidate === said)
  // Authorities refuse names by the same word, without saying why in one.
  if (word === undefined || (word === 'refused' && typeof values.said !== 'string')) return undefined
  if (word === 'role' && buildersMay.has(values.permission)) return t('reason.role_builders')
  if (word === 'role' && String(values.permission).startsWith('platform:')) return t('error.forbidden')
  const { limit_bytes: limit } = values
  const shown = typeof limit === 'number' ? { ...values, limit_bytes: formatBytes(limit) } : values
  // Which values a sentence takes is between it and the server: `words.test.ts` cannot know, nor can the types.
  return t(`reason.${word}` as 'reason.instance_gone', shown)
}

/** What owners and developers of a team may do; other rights are its owners'. */
const buildersMay: ReadonlySet<unknown> = new Set(['service:create', 'service:deploy', 'service:manage'])

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
