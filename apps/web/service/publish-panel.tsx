import { Button } from '@mantine/core'
import type { ServiceAnswer } from '@parcela/contract'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { createReleaseWithFiles } from '../client/send-files.ts'
import { explainFilesProblem } from '../files/explain-files-problem.ts'
import { Chosen } from '../files/files-field.tsx'
import { findFilesProblem } from '../files/find-files-problem.ts'
import type { PickedFiles } from '../files/picked-files.ts'
import { UploadProgress } from '../files/upload-progress.tsx'
import { useUpload } from '../files/use-upload.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { useFormat, useLanguage } from '../language/use-format.ts'
import classes from './publish-panel.module.css'

type Props = {
  service: ServiceAnswer
  picked: PickedFiles
  onPick: (files: PickedFiles | undefined) => void
  onDone: () => void
}

const gibibyte = 2 ** 30

/** Files were handed over on a site's page: show what they are and publish them on a yes. */
export const PublishPanel = ({ service, picked, onPick, onDone }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const format = useFormat()
  const queryClient = useQueryClient()
  const { data: me } = useSuspenseQuery(queries.me)
  const { progress, error, upload, stop } = useUpload()
  const heading = useRef<HTMLHeadingElement>(null)
  const problem = findFilesProblem(picked, {
    bytes: Math.min(me.platform.upload_limit_bytes, service.storage_gb * gibibyte),
    files: me.platform.upload_limit_files,
  })

  useEffect(() => heading.current?.focus(), [])

  const publish = async (): Promise<void> => {
    const release = await upload(options => createReleaseWithFiles(service.id, picked.files, options))
    if (release === undefined) return
    onDone()
    await queryClient.invalidateQueries({ queryKey: queries.service(service.id).queryKey })
  }

  return (
    <section className={classes.panel} aria-labelledby="publish-heading">
      <h2 id="publish-heading" ref={heading} tabIndex={-1}>
        {t('service.publish_heading', { name: service.name })}
      </h2>
      <p>
        {t('service.replaces')} {t('service.publish_note')}
      </p>
      <Chosen picked={picked} onRemove={() => onPick(undefined)} />
      {problem !== undefined && (
        <p className={classes.problem} role="alert">
          {explainFilesProblem(problem, t, { language, format })}
        </p>
      )}
      {error !== undefined && <RequestFailed title={t('service.failed_action')} error={error} />}
      {progress === undefined ? (
        <div className={classes.buttons}>
          <Button onClick={() => void publish()} disabled={problem !== undefined}>
            {t('service.publish_confirm', {
              files: picked.isArchive
                ? (picked.files[0]?.path ?? '')
                : t('common.files', { count: picked.files.length }),
            })}
          </Button>
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
        </div>
      ) : (
        <UploadProgress progress={progress} onStop={stop} />
      )}
    </section>
  )
}
