import type { ServiceEvent, StepEvent } from '@parcela/contract'
import { describe, expect, it } from 'vitest'
import { addEvents, collectRuns, endOf, startOf, stateOf } from './collect-runs.ts'

const at = (ms: number): string => new Date(1_000_000 + ms).toISOString()
const step = (name: string, from: number, to: number | null, more: Partial<StepEvent> = {}): StepEvent => ({
  type: 'step',
  step: name,
  status: to === null ? 'running' : 'done',
  started_at: at(from),
  finished_at: to === null ? null : at(to),
  message: null,
  run_id: 'run_1',
  release_id: 'rel_1',
  ...more,
})
const runsOf = (...events: ServiceEvent[]) => collectRuns(addEvents(new Map(), events))

describe('the runs of a service', () => {
  it('hold each step once, however often it is told', () => {
    const told = [step('build-image', 0, null), step('build-image', 0, 500), step('verify', 500, 540)]
    const [run] = runsOf(...told, ...told)
    expect(run?.steps.map(({ step, status }) => `${step} ${status}`)).toEqual(['build-image done', 'verify done'])
  })

  it('keep the end of a step when its beginning is told again later', () => {
    const [run] = runsOf(step('verify', 0, 40), step('verify', 0, null))
    expect(run?.steps[0]?.finishedMs).toBe(1_000_040)
  })

  it('come the oldest first, apart by their run', () => {
    const runs = runsOf(step('verify', 900, 950, { run_id: 'run_2' }), step('verify', 0, 40))
    expect(runs.map(({ id }) => id)).toEqual(['run_1', 'run_2'])
  })

  it('leave out the tidying behind a live site, which nobody waits for', () => {
    const [run] = runsOf(step('verify', 0, 40), step('drain-containers', 40, 25_000))
    expect(run && endOf(run, 0) - startOf(run)).toBe(40)
  })

  it('last until now while a step is under way', () => {
    const [run] = runsOf(step('build-image', 0, null))
    expect(run && endOf(run, 1_000_700) - startOf(run)).toBe(700)
  })
})

describe('the state of a run', () => {
  it('is running between two steps while the service is being worked on', () => {
    const [run] = runsOf(step('build-image', 0, 500))
    expect(run && [stateOf(run, true), stateOf(run, false)]).toEqual(['running', 'done'])
  })

  it('is failed when its last step failed, even if another attempt is due', () => {
    const [run] = runsOf(step('await-healthy', 0, 500, { status: 'failed' }))
    expect(run && stateOf(run, true)).toBe('failed')
  })
})
