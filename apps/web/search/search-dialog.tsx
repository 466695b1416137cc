import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { findPlaces, type Place } from './find-places.ts'
import { PlaceOption } from './place-option.tsx'
import classes from './search-dialog.module.css'

const addresses = {
  new: { to: '/new' },
  services: { to: '/' },
  account: { to: '/account' },
  keys: { to: '/account', search: { tab: 'keys' } },
  teams: { to: '/teams' },
  administration: { to: '/administration' },
} as const

/** The search over sites and pages, in a dialog of the browser's own: it keeps the focus inside and gives it back. */
export const SearchDialog = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const id = useId()
  const navigate = useNavigate()
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const { data } = useInfiniteQuery(queries.services)
  const { data: me } = useSuspenseQuery(queries.me)
  const places = findPlaces(text, {
    services: data?.pages.flatMap(page => page.items) ?? [],
    pages: [
      { kind: 'page', page: 'new', title: t('services.new') },
      { kind: 'page', page: 'services', title: t('frame.to_services') },
      { kind: 'page', page: 'account', title: t('account.title') },
      { kind: 'page', page: 'keys', title: t('keys.heading') },
      { kind: 'page', page: 'teams', title: t('teams.title') },
      ...(me.is_administrator
        ? [{ kind: 'page', page: 'administration', title: t('frame.administration') } as const]
        : []),
      { kind: 'page', page: 'api', title: t('frame.api') },
    ],
  })
  const current = Math.min(at, places.length - 1)

  useEffect(() => {
    dialog.current?.showModal()
  }, [])

  const go = (place: Place): void => {
    dialog.current?.close()
    if (place.kind === 'service') {
      void navigate({ to: '/services/$serviceId', params: { serviceId: place.service.id } })
    } else if (place.page === 'api') window.location.assign('/api/docs')
    else void navigate(addresses[place.page])
  }
  const steer = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const chosen = places[current]
    if (step !== undefined && places.length > 0) setAt((current + step + places.length) % places.length)
    else if (event.key === 'Enter' && chosen !== undefined) go(chosen)
    else return
    event.preventDefault()
  }

  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-label={t('search.title')}
      onClose={onClose}
      onMouseDown={event => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div className={classes.box}>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={id}
          aria-activedescendant={places.length > 0 ? `${id}-${current}` : undefined}
          aria-label={t('search.title')}
          placeholder={t('search.hint')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={event => {
            setText(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={steer}
        />
        <div id={id} role="listbox" aria-label={t('search.results')} tabIndex={-1} className={classes.results}>
          {places.map((place, index) => (
            <PlaceOption
              key={place.kind === 'service' ? place.service.id : place.page}
              id={`${id}-${index}`}
              place={place}
              isCurrent={index === current}
              onPoint={() => setAt(index)}
              onChoose={() => go(place)}
            />
          ))}
        </div>
        <p role="status" className={places.length === 0 ? classes.none : classes.silent}>
          {places.length === 0 ? t('search.none', { text }) : t('search.count', { count: places.length })}
        </p>
      </div>
    </dialog>
  )
}
