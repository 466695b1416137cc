import { useEffect, useState } from 'react'
import { useFormat } from '../language/use-format.ts'

const tickMs = 20_000

/** A time as people say it, with the exact one on hover and for machines. */
export const Moment = ({ time }: { time: string }) => {
  const format = useFormat()
  return (
    <time dateTime={time} title={format.exact(time)}>
      {format.relative(time, useNow(tickMs))}
    </time>
  )
}

/** The time, looked at again every so many milliseconds. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
