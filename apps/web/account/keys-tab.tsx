import { Button, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountQueries, type CreatedKey } from '../client/account.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './account-page.module.css'
import { KeyRow } from './key-row.tsx'
import { NewKey } from './new-key.tsx'
import { NewKeyForm } from './new-key-form.tsx'

/** Keys with which programs act in somebody's name, and no further than each key says. */
export const KeysTab = () => {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(accountQueries.keys)
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<CreatedKey>()
  const heading = useRef<HTMLHeadingElement>(null)
  const toHeading = (): void => heading.current?.focus()
  const isResting = !isMaking && made === undefined
  return (
    <div className={classes.sections}>
      <section className={classes.section} aria-labelledby="keys">
        <div className={classes.head}>
          <h2 id="keys" ref={heading} tabIndex={-1}>
            {t('keys.heading')}
          </h2>
          {isResting && data !== undefined && <Button onClick={() => setMaking(true)}>{t('keys.make')}</Button>}
        </div>
        <p>
          {t('keys.text')} <a href="/api/docs">{t('frame.api')}</a>
        </p>
        {made !== undefined && (
          <NewKey
            made={made}
            onDone={() => {
              setMade(undefined)
              toHeading()
            }}
          />
        )}
        {isMaking && (
          <NewKeyForm
            onDone={key => {
              setMaking(false)
              setMade(key)
            }}
            onCancel={() => {
              setMaking(false)
              toHeading()
            }}
          />
        )}
        {data === undefined && error === null && <Skeleton height={120} mt={16} radius="md" />}
        {data === undefined && error !== null && (
          <RequestFailed title={t('account.failed')} error={error} onRetry={() => void refetch()} />
        )}
        {data?.items.length === 0 && isResting && <p className={classes.empty}>{t('keys.empty')}</p>}
        {data !== undefined && data.items.length > 0 && (
          <ul className={classes.rows} aria-label={t('keys.heading')}>
            {data.items.map(key => (
              <KeyRow key={key.id} apiKey={key} onGone={toHeading} />
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}
