import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { PlotPicture } from '../brand/plot-picture.tsx'
import type { PickedFiles } from '../files/picked-files.ts'
import { useFormat } from '../language/use-format.ts'
import type { Resources } from '../resources/named-sizes.ts'
import { SizeText } from '../resources/size-text.tsx'
import { showAddress } from '../service/address-actions.tsx'
import classes from './new-service-page.module.css'

type Props = {
  name: string
  picked: PickedFiles | undefined
  resources: Resources
  urlTemplate: string
  children: ReactNode
}

/** What is about to be made, beside the form while it is filled in. */
export const Summary = ({ name, picked, resources, urlTemplate, children }: Props) => {
  const { t } = useTranslation()
  const format = useFormat()
  const [before = '', after = ''] = showAddress(urlTemplate).split('{name}')
  return (
    <aside className={classes.summary} aria-label={t('create.summary')}>
      <PlotPicture name={name} size={56} />
      <dl>
        <dt>{t('create.address')}</dt>
        <dd className={classes.address}>
          {before}
          <strong data-empty={name === '' || undefined}>{name === '' ? t('create.your_name') : name}</strong>
          {after}
        </dd>
        <dt>{t('files.legend')}</dt>
        <dd>
          {picked === undefined
            ? t('create.no_files_yet')
            : t('files.chosen', {
                files: picked.isArchive
                  ? (picked.files[0]?.path ?? '')
                  : t('common.files', { count: picked.files.length }),
                size: format.bytes(picked.bytes),
              })}
        </dd>
        <dt>{t('create.size')}</dt>
        <dd>
          <SizeText resources={resources} />
        </dd>
      </dl>
      {children}
    </aside>
  )
}
