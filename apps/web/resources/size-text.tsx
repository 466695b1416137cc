import { useTranslation } from 'react-i18next'
import { useFormat } from '../language/use-format.ts'
import type { Resources } from './named-sizes.ts'
import classes from './resources-field.module.css'

/** `512 MiB · 0.5 cores · 10 GiB`. */
export const SizeText = ({ resources }: { resources: Resources }) => {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <small className={classes.size}>
      <span>{t('create.size_ram', { amount: format.ram(resources.ram_mb) })}</span>
      <span>{t('create.cpus_value', { count: resources.cpus })}</span>
      <span>{t('create.size_storage', { amount: `${format.number(resources.storage_gb)} GiB` })}</span>
    </small>
  )
}
