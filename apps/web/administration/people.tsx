import { Button, Skeleton, TextInput } from '@mantine/core'
import type { PersonDetails } from '@parcela/contract'
import { IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationQueries } from '../client/administration.ts'
import { DataTable } from '../frame/data-table.tsx'
import { Moment } from '../frame/moment.tsx'
import { RequestFailed } from '../frame/request-failed.tsx'
import { Section } from '../frame/section.tsx'
import classes from './administration.module.css'
import { PersonMenu } from './person-menu.tsx'
import { PersonStanding } from './person-standing.tsx'
import { useAllPages } from './use-all-pages.ts'

/** Everybody who is known here. */
export const People = () => {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const query = useInfiniteQuery(administrationQueries.people)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  useAllPages(query, text.trim() !== '')
  const people = data?.pages.flatMap(page => page.items)
  if (people === undefined)
    return error === null ? (
      <Skeleton height={260} radius="lg" />
    ) : (
      <RequestFailed title={t('people.failed')} error={error} onRetry={() => void refetch()} />
    )
  const shown = findPeople(people, text)
  return (
    <>
      <div className={classes.filters}>
        <TextInput
          type="search"
          aria-label={t('people.search')}
          placeholder={t('people.search')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
        />
      </div>
      <Section title={t('people.count', { count: shown.length })}>
        {shown.length === 0 && <p className={classes.reason}>{t('people.none')}</p>}
        {shown.length > 0 && (
          <DataTable
            label={t('administration.people')}
            rows={shown}
            keyOf={({ id }) => id}
            columns={[
              {
                label: t('people.person'),
                isName: true,
                cell: ({ name, username, email }) => (
                  <>
                    <strong>{name || username}</strong>
                    <small>{email === null ? username : `${username} · ${email}`}</small>
                  </>
                ),
              },
              { label: t('people.standing'), cell: person => <PersonStanding person={person} /> },
              { label: t('people.since'), cell: person => <Moment time={person.created_at} /> },
              {
                label: t('administration.actions'),
                isActions: true,
                cell: person => <PersonMenu person={person} />,
              },
            ]}
          />
        )}
        {hasNextPage && text.trim() === '' && (
          <div>
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('common.load_more')}
            </Button>
          </div>
        )}
      </Section>
    </>
  )
}

const findPeople = (people: readonly PersonDetails[], text: string): PersonDetails[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return people.filter(({ name, username, email, user_id }) => {
    const all = `${name} ${username} ${email ?? ''} ${user_id}`.toLowerCase()
    return words.every(word => all.includes(word))
  })
}
