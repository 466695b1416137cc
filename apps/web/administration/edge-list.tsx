import { Button, Skeleton } from '@mantine/core'
import type { EdgeAnswer } from '@parcela/contract'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationGateway, administrationQueries } from '../client/administration.ts'
import { DataTable } from '../frame/data-table.tsx'
import { Moment } from '../frame/moment.tsx'
import { Question } from '../frame/question.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import classes from './administration.module.css'
import { AdmitEdge } from './admit-edge.tsx'
import { EdgeState } from './edge-state.tsx'

/** Further hosts that serve the same sites. */
export const EdgeList = () => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [leaving, setLeaving] = useState<EdgeAnswer>()
  const { data, error, refetch } = useQuery(administrationQueries.edges)
  const remove = useMutation({
    mutationFn: (id: string) => administrationGateway.deleteEdge(id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: administrationQueries.edges.queryKey })
      setLeaving(undefined)
    },
  })
  return (
    <>
      <AdmitEdge />
      {data === undefined &&
        (error === null ? (
          <Skeleton height={140} radius="lg" />
        ) : (
          <RequestFailed title={t('edges.failed')} error={error} onRetry={() => void refetch()} />
        ))}
      {data?.items.length === 0 && <p className={classes.empty}>{t('edges.none')}</p>}
      {data !== undefined && data.items.length > 0 && (
        <Section title={t('edges.list')}>
          <DataTable
            label={t('edges.list')}
            rows={data.items}
            keyOf={({ id }) => id}
            columns={[
              { label: t('edges.name'), isName: true, cell: ({ name }) => <strong>{name}</strong> },
              { label: t('edges.state'), cell: edge => <EdgeState edge={edge} /> },
              {
                label: t('edges.seen'),
                cell: ({ seen_at: seen }) => (seen === null ? t('edges.never') : <Moment time={seen} />),
              },
              {
                label: t('administration.actions'),
                isActions: true,
                cell: edge => (
                  <Button
                    variant="subtle"
                    color="red"
                    size="xs"
                    onClick={() => {
                      remove.reset()
                      setLeaving(edge)
                    }}
                    aria-label={`${t('edges.remove')}: ${edge.name}`}
                  >
                    {t('edges.remove')}
                  </Button>
                ),
              },
            ]}
          />
        </Section>
      )}
      <Question
        title={t('edges.remove_question', { name: leaving?.name ?? '' })}
        text={t('edges.remove_text')}
        action={t('edges.remove')}
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={() => leaving && remove.mutate(leaving.id)}
        mutation={remove}
      />
    </>
  )
}
