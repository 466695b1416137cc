import { Button, Checkbox } from '@mantine/core'
import type { PersonDetails } from '@parcela/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway } from '../client/administration.ts'
import { Dialog } from '../frame/dialog.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { ShownOnce } from '../frame/shown-once.tsx'
import { useFormat } from '../language/use-format.ts'
import classes from './administration.module.css'

/** Makes a link for a new password, to be handed over in person. */
export const ResetLinkDialog = ({ person, onClose }: { person: PersonDetails; onClose: () => void }) => {
  const { t } = useTranslation()
  const format = useFormat()
  const [removesFactor, setRemovesFactor] = useState(false)
  const make = useMutation({
    mutationFn: () => administrationGateway.createResetLink(person.id, { remove_second_factor: removesFactor }),
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Dialog title={t('people.reset_title', { name: person.name || person.username })} isOpen onClose={onClose}>
      <p>{t('people.reset_text')}</p>
      {make.data === undefined ? (
        <form onSubmit={submit}>
          <Checkbox
            label={t('people.reset_factor')}
            description={t('people.reset_factor_text')}
            checked={removesFactor}
            onChange={event => setRemovesFactor(event.currentTarget.checked)}
          />
          {make.isError && <RequestFailed title={t('service.failed_action')} error={make.error} />}
          <div className={classes.buttons}>
            <Button type="submit" loading={make.isPending}>
              {t('people.reset_make')}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
          </div>
        </form>
      ) : (
        <>
          <ShownOnce
            label={t('people.reset_until', { time: format.exact(make.data.expires_at) })}
            text={make.data.link}
          />
          <div className={classes.buttons}>
            <Button variant="default" onClick={onClose}>
              {t('administration.close')}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
