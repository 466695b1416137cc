import type { ReleaseAnswer } from '@parcela/contract'
import type { Release } from '@parcela/core'

/** A release as the API shows it. */
export const toReleaseAnswer = (release: Release): ReleaseAnswer => ({
  id: release.id,
  service_id: release.service_id,
  number: release.number,
  status: release.status,
  status_reason: release.status_reason,
  files_count: release.files_count,
  files_bytes: release.files_bytes,
  warnings: release.warnings,
  username: release.published_by.username,
  created_at: release.created_at.toISOString(),
  live_after_ms: release.live_at ? release.live_at.getTime() - release.created_at.getTime() : null,
})
