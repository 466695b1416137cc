import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { queries } from '../client/queries.ts'
import { languageNames } from '../frame/language-menu.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { isLanguage, languages } from '../language/choose-language.ts'
import { speak } from '../language/create-language.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './account-page.module.css'

const longestName = 128

/** Name and language; what the platform calls somebody is shown and stays. */
export const ProfileTab = () => {
  const { t, i18n } = useTranslation()
  const current = useLanguage()
  const { data: me } = useSuspenseQuery(queries.me)
  const queryClient = useQueryClient()
  const [name, setName] = useState(me.name)
  const [language, setLanguage] = useState(me.language ?? current)
  const update = useMutation({
    mutationFn: accountGateway.updateMe,
    onSuccess: async answer => {
      queryClient.setQueryData(queries.me.queryKey, answer)
      setName(answer.name)
      if (answer.language !== null) await speak(i18n, answer.language)
    },
  })
  const isChanged = name.trim() !== me.name || language !== (me.language ?? current)
  const problem = name.trim() === '' ? t('sign_up.need_name') : null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (problem === null) update.mutate({ name: name.trim(), language })
  }
  return (
    <div className={classes.sections}>
      <section className={classes.section}>
        <h2>{t('profile.heading')}</h2>
        <form className={classes.form} onSubmit={submit} noValidate>
          <TextInput
            label={t('profile.name')}
            description={t('profile.name_text')}
            name="name"
            autoComplete="name"
            maxLength={longestName}
            value={name}
            onChange={event => {
              update.reset()
              setName(event.currentTarget.value)
            }}
            error={problem}
          />
          <NativeSelect
            label={t('frame.language')}
            description={t('profile.language_text')}
            value={language}
            onChange={event => {
              update.reset()
              const { value } = event.currentTarget
              if (isLanguage(value)) setLanguage(value)
            }}
            data={languages.map(value => ({ value, label: languageNames[value] }))}
          />
          {update.isError && <RequestFailed title={t('service.failed_action')} error={update.error} />}
          <div className={classes.buttons}>
            <Button type="submit" loading={update.isPending} disabled={!isChanged || problem !== null}>
              {t('settings.save')}
            </Button>
            <span role="status">{update.isSuccess && !isChanged && t('settings.saved')}</span>
          </div>
        </form>
      </section>
      <section className={classes.section}>
        <h2>{t('profile.known_as')}</h2>
        <dl className={classes.facts}>
          <dt>{t('profile.username')}</dt>
          <dd>{me.username}</dd>
          <dt>{t('sign_in.email')}</dt>
          <dd>{me.email ?? '–'}</dd>
        </dl>
        <p>{t('profile.fixed')}</p>
      </section>
    </div>
  )
}
