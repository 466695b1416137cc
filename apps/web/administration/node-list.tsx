import { Button, Skeleton } from '@mantine/core'
import type { NodeAnswer } from '@parcela/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { AmountBar } from '../frame/amount-bar.tsx'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import teamClasses from '../teams/teams.module.css'
import { useAmount } from '../teams/use-amount.ts'
import classes from './administration.module.css'
import { AmountInput } from './amount-input.tsx'

const resources = ['ram_mb', 'cpus', 'storage_gb'] as const

/** The hosts that services run on: what each has, and what is promised of it. */
export const NodeList = () => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(administrationQueries.nodes)
  if (data === undefined)
    return error === null ? (
      <Skeleton height={260} radius="lg" />
    ) : (
      <RequestFailed title={t('hosts.failed')} error={error} onRetry={() => void refetch()} />
    )
  if (data.items.length === 0) return <p className={classes.empty}>{t('hosts.none')}</p>
  return (
    <ul className={classes.cards} aria-label={t('administration.hosts')}>
      {data.items.map(node => (
        <li key={node.id}>
          <NodeCard node={node} />
        </li>
      ))}
    </ul>
  )
}

const NodeCard = ({ node }: { node: NodeAnswer }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const [isChanging, setChanging] = useState(false)
  return (
    <Section
      title={node.id}
      text={
        <span className={classes.state}>
          <span>{t(`hosts.kind_${node.kind}`)}</span>
          <span>{t('hosts.services', { count: node.services })}</span>
          <span>
            {t('hosts.seen')} <Moment time={node.updated_at} />
          </span>
        </span>
      }
      actions={
        !isChanging && (
          <Button
            variant="default"
            size="xs"
            onClick={() => setChanging(true)}
            aria-label={`${t('hosts.change')}: ${node.id}`}
          >
            {t('hosts.change')}
          </Button>
        )
      }
    >
      <p className={classes.reason}>{t('hosts.promised')}</p>
      <div className={teamClasses.bars}>
        {resources.map(resource => (
          <AmountBar
            key={resource}
            label={t(`quota.${resource}`)}
            text={t('quota.of', {
              used: amountOf(resource, node.promised[resource]),
              allowed: amountOf(resource, node.allowed[resource]),
            })}
            used={node.promised[resource]}
            allowed={node.allowed[resource]}
          />
        ))}
      </div>
      <p className={classes.reason}>
        {t('hosts.has', {
          amounts: resources.map(resource => amountOf(resource, node.capacity[resource])).join(' · '),
        })}
      </p>
      {isChanging && <OvercommitForm node={node} onDone={() => setChanging(false)} />}
    </Section>
  )
}

const OvercommitForm = ({ node, onDone }: { node: NodeAnswer; onDone: () => void }) => {
  const { t } = useTranslation()
  const amountOf = useAmount()
  const queryClient = useQueryClient()
  const [factors, setFactors] = useState(node.overcommit)
  const save = useMutation({
    mutationFn: () => administrationGateway.updateNode(node.id, factors),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: administrationQueries.nodes.queryKey })
      onDone()
    },
  })
  const isComplete = resources.every(resource => factors[resource] >= 0.1)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate className={classes.cards}>
      <p className={classes.reason}>{t('hosts.overcommit_text')}</p>
      <div className={classes.amounts}>
        {resources.map(resource => (
          <AmountInput
            key={resource}
            label={t('hosts.times', { what: t(`quota.${resource}`) })}
            description={t('hosts.makes', {
              amount: amountOf(resource, Math.floor(node.capacity[resource] * (factors[resource] || 0))),
            })}
            isFraction
            value={factors[resource]}
            onChange={next => setFactors({ ...factors, [resource]: next })}
          />
        ))}
      </div>
      {save.isError && <RequestFailed title={t('service.failed_action')} error={save.error} />}
      <div className={classes.buttons}>
        <Button type="submit" loading={save.isPending} disabled={!isComplete}>
          {t('settings.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
