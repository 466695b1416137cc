import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ActivityList } from '../activity/activity-list.tsx'
import { VerifyButton } from '../activity/verify-button.tsx'
import { administrationGateway, auditExportUrl } from '../client/administration.ts'
import { Section } from '../frame/section.tsx'

/** The whole trail: read, downloaded and checked. */
export const AllActivity = () => {
  const { t } = useTranslation()
  return (
    <>
      <Section title={t('activity.verify_title')} text={t('activity.verify_text')}>
        <VerifyButton />
      </Section>
      <Section title={t('activity.title')}>
        <ActivityList trail="all" read={administrationGateway.listAudit}>
          {asked => (
            <Button
              component="a"
              href={auditExportUrl(asked)}
              download="audit.csv"
              variant="default"
              leftSection={<IconDownload size={16} stroke={1.7} aria-hidden />}
            >
              CSV
            </Button>
          )}
        </ActivityList>
      </Section>
    </>
  )
}
