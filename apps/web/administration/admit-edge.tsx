import { Button, TextInput } from '@mantine/core'
import type { CreatedEdge } from '@parcela/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { RequestError } from '../client/request-error.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import { ShownOnce } from '../frame/shown-once.tsx'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import teamClasses from '../teams/teams.module.css'
import classes from './administration.module.css'

/** Admits a further edge; its token is shown this once, with the command that starts it. */
export const AdmitEdge = () => {
  const { t } = useTranslation()
  const language = useLanguage()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const admit = useMutation({
    mutationFn: () => administrationGateway.createEdge(name.trim()),
    onSuccess: async () => {
      setName('')
      await queryClient.invalidateQueries({ queryKey: administrationQueries.edges.queryKey })
    },
  })
  const problem = admit.error instanceof RequestError ? admit.error.fields.name : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    admit.mutate()
  }
  return (
    <Section title={t('edges.add_title')} text={t('edges.add_text')}>
      <form onSubmit={submit} noValidate className={teamClasses.form}>
        <TextInput
          label={t('edges.name')}
          placeholder="edge-2"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={63}
          value={name}
          onChange={event => {
            admit.reset()
            setName(event.currentTarget.value)
          }}
          error={problem === undefined ? null : explainProblem(problem, language)}
        />
        <Button type="submit" loading={admit.isPending} disabled={name.trim() === ''}>
          {t('edges.add')}
        </Button>
      </form>
      {admit.isError && problem === undefined && (
        <RequestFailed title={t('service.failed_action')} error={admit.error} />
      )}
      <div role="status" className={classes.cards}>
        {admit.data !== undefined && <Admitted edge={admit.data} />}
      </div>
    </Section>
  )
}

const Admitted = ({ edge }: { edge: CreatedEdge }) => {
  const { t } = useTranslation()
  return (
    <>
      <p className={classes.reason}>{t('edges.admitted', { name: edge.name })}</p>
      <ShownOnce label={t('edges.token')} text={edge.token} />
      <ShownOnce label={t('edges.key')} text={edge.public_key} />
      <ShownOnce label={t('edges.command')} text={commandOf(edge)} />
    </>
  )
}

/** What starts the agent in a copy of Parcela on the other host. */
const commandOf = ({ token, public_key }: CreatedEdge): string =>
  [
    `PARCELA_EDGE_GATEWAY=${window.location.origin} \\`,
    `PARCELA_EDGE_TOKEN=${token} \\`,
    `PARCELA_EDGE_PUBLIC_KEY=${public_key} \\`,
    'node apps/edge-agent/main.ts',
  ].join('\n')
