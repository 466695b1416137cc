import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { DomainAnswer, ServiceAnswer } from '@parcela/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestError } from '../client/request-error.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './domains-tab.module.css'
import { useDomainActions } from './use-domain-actions.ts'

type Props = { service: ServiceAnswer; domains: readonly DomainAnswer[] }

/** Asks for a domain, and for whether its visitors are sent on to another one. */
export const AddDomain = ({ service, domains }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { add } = useDomainActions(service.id)
  const [name, setName] = useState('')
  const [redirectTo, setRedirectTo] = useState('')
  const targets = domains.filter(({ redirect_to }) => redirect_to === null)
  const problem = add.error instanceof RequestError ? add.error.fields.name : undefined

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate(
      { name: name.trim(), redirect_to: redirectTo === '' ? null : redirectTo },
      {
        onSuccess: () => {
          setName('')
          setRedirectTo('')
        },
      },
    )
  }
  return (
    <section className={classes.section}>
      <h2>{t('domains.add_title')}</h2>
      <p>{t('domains.add_text')}</p>
      <form onSubmit={submit} noValidate className={classes.form}>
        <TextInput
          label={t('domains.name')}
          placeholder="www.example.org"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="url"
          value={name}
          onChange={event => {
            add.reset()
            setName(event.currentTarget.value)
          }}
          error={problem === undefined ? null : explainProblem(problem, language)}
        />
        {targets.length > 0 && (
          <NativeSelect
            label={t('domains.shows')}
            value={redirectTo}
            onChange={event => setRedirectTo(event.currentTarget.value)}
            data={[
              { value: '', label: t('domains.shows_site') },
              ...targets.map(target => ({
                value: target.name,
                label: t('domains.shows_other', { name: target.display_name }),
              })),
            ]}
          />
        )}
        <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>
          {t('domains.add')}
        </Button>
      </form>
      {add.isError && problem === undefined && <RequestFailed title={t('service.failed_action')} error={add.error} />}
    </section>
  )
}
