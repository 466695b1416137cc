import { Button, Skeleton, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway, accountQueries, type Passkey } from '../client/account.ts'
import { canUsePasskeys, makePasskey, PasskeyError } from '../client/passkeys.ts'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './account-page.module.css'
import { AskFirst } from './ask-first.tsx'
import { describeDevice } from './describe-device.ts'

/** Devices that sign in by their own lock instead of a password. */
export const Passkeys = () => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(accountQueries.passkeys)
  const heading = useRef<HTMLHeadingElement>(null)
  return (
    <section className={classes.section} aria-labelledby="passkeys">
      <h2 id="passkeys" ref={heading} tabIndex={-1}>
        {t('passkeys.heading')}
      </h2>
      <p>{t('passkeys.text')}</p>
      {data === undefined && error === null && <Skeleton height={64} mt={16} radius="md" />}
      {data === undefined && error !== null && (
        <RequestFailed title={t('account.failed')} error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && data.length > 0 && (
        <ul className={classes.rows} aria-label={t('passkeys.heading')}>
          {data.map(passkey => (
            <PasskeyRow key={passkey.id} passkey={passkey} onGone={() => heading.current?.focus()} />
          ))}
        </ul>
      )}
      {data !== undefined && <AddPasskey count={data.length} />}
    </section>
  )
}

const useReadAgain = () => {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: accountQueries.passkeys.queryKey })
}

const PasskeyRow = ({ passkey, onGone }: { passkey: Passkey; onGone: () => void }) => {
  const { t } = useTranslation()
  const readAgain = useReadAgain()
  const [name, setName] = useState<string>()
  const own = passkey.name === null || passkey.name === undefined || passkey.name === '' ? '–' : passkey.name
  const rename = useMutation({
    mutationFn: accountGateway.renamePasskey,
    onSuccess: async () => {
      await readAgain()
      setName(undefined)
    },
  })
  const remove = useMutation({
    mutationFn: accountGateway.removePasskey,
    onSuccess: async () => {
      await readAgain()
      onGone()
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (name !== undefined && name.trim() !== '') rename.mutate({ id: passkey.id, name: name.trim() })
  }
  return (
    <li>
      {name === undefined ? (
        <div className={classes.what}>
          <strong>{own}</strong>
          <span>
            {t('passkeys.added')} <Moment time={passkey.createdAt} />
          </span>
        </div>
      ) : (
        <form className={classes.inline} onSubmit={submit} noValidate>
          <TextInput
            label={t('passkeys.name')}
            autoFocus
            maxLength={64}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
            {t('settings.save')}
          </Button>
          <Button variant="default" onClick={() => setName(undefined)}>
            {t('common.cancel')}
          </Button>
        </form>
      )}
      <div className={classes.acts}>
        {name === undefined && (
          <Button variant="default" aria-label={`${t('passkeys.rename')}: ${own}`} onClick={() => setName(own)}>
            {t('passkeys.rename')}
          </Button>
        )}
        <AskFirst
          action={t('passkeys.remove')}
          about={own}
          title={t('passkeys.remove_title', { name: own })}
          text={t('passkeys.remove_text')}
          mutation={remove}
          onConfirm={() => remove.mutate(passkey.id)}
        />
      </div>
      {rename.isError && <RequestFailed title={t('service.failed_action')} error={rename.error} />}
    </li>
  )
}

const AddPasskey = ({ count }: { count: number }) => {
  const { t } = useTranslation()
  const readAgain = useReadAgain()
  const device = describeDevice(navigator.userAgent)
  const add = useMutation({
    mutationFn: async () => {
      const response = await makePasskey(await accountGateway.beginPasskey())
      return accountGateway.addPasskey({
        response,
        name: t('passkeys.default_name', { device: device.system ?? device.browser ?? '', number: count + 1 }).trim(),
      })
    },
    onSuccess: readAgain,
  })
  if (!canUsePasskeys()) return <p className={classes.remark}>{t('passkeys.unsupported')}</p>
  return (
    <>
      <div className={classes.buttons}>
        <Button variant={count === 0 ? 'filled' : 'default'} loading={add.isPending} onClick={() => add.mutate()}>
          {t('passkeys.add')}
        </Button>
        <span role="status">{add.isSuccess && t('passkeys.done')}</span>
      </div>
      {add.error instanceof PasskeyError && (
        <p className={classes.problem} role="alert">
          {t(`passkeys.${add.error.why}`)}
        </p>
      )}
      {add.isError && !(add.error instanceof PasskeyError) && (
        <RequestFailed title={t('service.failed_action')} error={add.error} />
      )}
    </>
  )
}
