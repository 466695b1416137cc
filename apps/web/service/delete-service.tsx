import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ServiceAnswer } from '@parcela/contract'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestFailed } from '../frame/request-failed.tsx'
import { showAddress } from './address-actions.tsx'
import classes from './settings-tab.module.css'
import { useServiceActions } from './use-service-actions.ts'

/** The end of a site: says what dies, and asks for its name. */
export const DeleteService = ({ service }: { service: ServiceAnswer }) => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { remove } = useServiceActions(service)
  const [isOpen, { open, close }] = useDisclosure(false)
  const [typed, setTyped] = useState('')
  const [purge, setPurge] = useState(false)
  const [wasSent, setSent] = useState(false)
  const isConfirmed = typed.trim() === service.name

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (isConfirmed) remove.mutate({ purge }, { onSuccess: () => void navigate({ to: '/' }) })
  }

  return (
    <section className={classes.section} data-danger="true">
      <h2>{t('settings.danger')}</h2>
      <p>{t('settings.danger_text')}</p>
      <div className={classes.buttons}>
        <Button color="red" variant="outline" onClick={open} disabled={service.status === 'deleting'}>
          {t('settings.delete')}
        </Button>
      </div>
      {/* Put together by hand: the header of Mantine's whole dialog would be a second banner to screen readers. */}
      <Modal.Root opened={isOpen} onClose={close}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body p={24}>
            <Modal.Title className={classes.question}>{t('settings.delete_title', { name: service.name })}</Modal.Title>
            <form onSubmit={submit} noValidate>
              <Stack gap={16}>
                <p className={classes.consequence}>
                  {t('settings.delete_consequence', { address: showAddress(service.url) })}
                </p>
                <Checkbox
                  label={t('settings.delete_purge')}
                  description={t('settings.delete_purge_text')}
                  checked={purge}
                  onChange={event => setPurge(event.currentTarget.checked)}
                />
                <TextInput
                  data-autofocus
                  label={t('settings.delete_type', { name: service.name })}
                  autoComplete="off"
                  spellCheck={false}
                  value={typed}
                  onChange={event => setTyped(event.currentTarget.value)}
                  error={wasSent && !isConfirmed ? t('settings.delete_mismatch') : null}
                />
                {remove.isError && <RequestFailed title={t('service.failed_action')} error={remove.error} />}
                <Group justify="flex-end" gap={8}>
                  <Button variant="default" onClick={close}>
                    {t('common.cancel')}
                  </Button>
                  <Button type="submit" color="red" loading={remove.isPending} disabled={!isConfirmed}>
                    {t('settings.delete_confirm')}
                  </Button>
                </Group>
              </Stack>
            </form>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </section>
  )
}
