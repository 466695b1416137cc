import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { exportAddress } from '../client/account.ts'
import classes from './account-page.module.css'
import { EraseAccount } from './erase-account.tsx'

/** What is kept of somebody: theirs to take along, and theirs to end. */
export const DataTab = () => {
  const { t } = useTranslation()
  return (
    <div className={classes.sections}>
      <section className={classes.section}>
        <h2>{t('data.export')}</h2>
        <p>{t('data.export_text')}</p>
        <div className={classes.buttons}>
          <Button
            component="a"
            href={exportAddress}
            download
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.8} aria-hidden />}
          >
            {t('data.export_button')}
          </Button>
        </div>
      </section>
      <EraseAccount />
    </div>
  )
}
