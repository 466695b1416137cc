import type { EdgeAnswer } from '@parcela/contract'
import { IconAlertTriangleFilled, IconCircleCheckFilled, IconHourglass, IconPlugOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useNow } from '../frame/moment.tsx'
import { Tone } from '../service/tone.tsx'

const looks = {
  new: { tone: 'busy', Icon: IconHourglass },
  silent: { tone: 'bad', Icon: IconPlugOff },
  broken: { tone: 'bad', Icon: IconAlertTriangleFilled },
  behind: { tone: 'busy', Icon: IconHourglass },
  serving: { tone: 'ok', Icon: IconCircleCheckFilled },
} as const

/** An edge asks at least every 25 seconds; after this it is not there. */
const silentMs = 90_000

/** How an edge is, and in its own words what it could not do. */
export const EdgeState = ({ edge }: { edge: EdgeAnswer }) => {
  const { t } = useTranslation()
  const state = stateOf(edge, useNow(10_000))
  return (
    <>
      <Tone {...looks[state]}>{t(`edges.state_${state}`)}</Tone>
      {state === 'broken' && <span> {edge.problem}</span>}
    </>
  )
}

const stateOf = (edge: EdgeAnswer, now: number): keyof typeof looks => {
  if (edge.seen_at === null) return 'new'
  if (now - Date.parse(edge.seen_at) > silentMs) return 'silent'
  if (edge.problem !== null) return 'broken'
  return edge.applied_version === edge.current_version ? 'serving' : 'behind'
}
