import {
  IconArrowRight,
  IconCode,
  IconKey,
  IconLayoutList,
  IconPlus,
  IconSettings,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { PlotPicture } from '../brand/plot-picture.tsx'
import { showAddress } from '../service/address-actions.tsx'
import { StatusWord } from '../service/status-word.tsx'
import type { Place } from './find-places.ts'
import classes from './search-dialog.module.css'

const icons = {
  new: IconPlus,
  services: IconLayoutList,
  account: IconUserCircle,
  keys: IconKey,
  teams: IconUsers,
  administration: IconSettings,
  api: IconCode,
}

type Props = { id: string; place: Place; isCurrent: boolean; onPoint: () => void; onChoose: () => void }

/** One line of what the search found. The focus stays in the text field, which names the current option. */
export const PlaceOption = ({ id, place, isCurrent, onPoint, onChoose }: Props) => {
  const option = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isCurrent) option.current?.scrollIntoView({ block: 'nearest' })
  }, [isCurrent])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's
    // biome-ignore lint/a11y/useFocusableInteractive: the text field keeps the focus
    <div
      ref={option}
      id={id}
      role="option"
      aria-selected={isCurrent}
      className={classes.option}
      onMouseMove={onPoint}
      onClick={onChoose}
    >
      {place.kind === 'service' ? <ServiceLine service={place.service} /> : <PageLine {...place} />}
    </div>
  )
}

const ServiceLine = ({ service }: Pick<Extract<Place, { kind: 'service' }>, 'service'>) => (
  <>
    <PlotPicture name={service.name} size={28} />
    <span className={classes.name}>
      <strong>{service.name}</strong>
      <span>{showAddress(service.url)}</span>
    </span>
    <StatusWord status={service.status} />
  </>
)

const PageLine = ({ page, title }: Extract<Place, { kind: 'page' }>) => {
  const Icon = icons[page]
  return (
    <>
      <span className={classes.icon}>
        <Icon size={17} stroke={1.8} aria-hidden />
      </span>
      <span className={classes.name}>
        <strong>{title}</strong>
      </span>
      <IconArrowRight size={16} stroke={1.8} aria-hidden />
    </>
  )
}
