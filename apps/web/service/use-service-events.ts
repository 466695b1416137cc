import type { ServiceEvent } from '@parcela/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { followEvents } from '../client/follow-events.ts'
import { queries } from '../client/queries.ts'
import { addEvents, collectRuns, type Run, type StepEvents } from './collect-runs.ts'

/** Follows the work on a service: its runs as they happen, and the cache kept in step with its status. */
export const useServiceEvents = (serviceId: string): { runs: Run[]; isConnected: boolean } => {
  const queryClient = useQueryClient()
  const [events, setEvents] = useState<StepEvents>(new Map())
  const [isConnected, setConnected] = useState(true)

  useEffect(() => {
    setEvents(new Map())
    const { queryKey } = queries.service(serviceId)
    let batch: ServiceEvent[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    // The history arrives as hundreds of events at once: one look at the end, not one for each.
    const takeIn = (): void => {
      const taken = batch
      batch = []
      timer = undefined
      setEvents(known => addEvents(known, taken))
      const status = taken.findLast(event => event.type === 'status')
      if (status === undefined) return
      queryClient.setQueryData(queryKey, known =>
        known === undefined || status.generation < known.generation
          ? known
          : { ...known, status: status.status, status_reason: status.status_reason },
      )
      void queryClient.invalidateQueries({ queryKey })
    }
    const stop = followEvents(serviceId, {
      onConnection: setConnected,
      onEvent: event => {
        batch.push(event)
        timer ??= setTimeout(takeIn, 30)
      },
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [serviceId, queryClient])

  return { runs: useMemo(() => collectRuns(events), [events]), isConnected }
}
