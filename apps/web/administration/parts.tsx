import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { administrationQueries } from '../client/administration.ts'
import { type AdministrationSection, administrationSections } from '../router.tsx'
import classes from './administration.module.css'

/** The parts of the administration; where they do not fit side by side, the chosen one is brought into view. */
export const Parts = ({ section }: { section: AdministrationSection }) => {
  const { t } = useTranslation()
  const list = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is what moves it
  useEffect(() => {
    list.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [section])
  return (
    <nav ref={list} className={classes.parts} aria-label={t('administration.parts')}>
      {administrationSections.map(name => (
        <Link
          key={name}
          to="/administration/$section"
          params={{ section: name }}
          aria-current={name === section ? 'page' : undefined}
          activeProps={{}}
        >
          {t(`administration.${name}`)}
          {name === 'approvals' && <Waiting />}
        </Link>
      ))}
    </nav>
  )
}

/** How many requests wait for somebody. */
const Waiting = () => {
  const { t } = useTranslation()
  const { data } = useInfiniteQuery(administrationQueries.approvals('pending'))
  const count = data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  if (count === 0) return null
  return (
    <span className={classes.count}>
      <span aria-hidden="true">{count}</span>
      <span className={classes.silent}>{t('administration.waiting', { count })}</span>
    </span>
  )
}
