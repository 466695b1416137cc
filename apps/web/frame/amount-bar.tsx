import classes from './amount-bar.module.css'

type Props = {
  label: string
  /** What the bar says, in words: `3 of 10`. */
  text: string
  used: number
  /** What would come on top. */
  asked?: number
  /** Null is without limit. */
  allowed: number | null
}

/** How much of something is used; the words say what the picture shows. */
export const AmountBar = ({ label, text, used, asked = 0, allowed }: Props) => {
  const whole = Math.max(allowed ?? 0, used + asked)
  const percent = (amount: number): string => `${whole === 0 ? 0 : (Math.max(0, amount) / whole) * 100}%`
  const isOver = allowed !== null && used + asked > allowed + 0.0005
  const isTight = !isOver && allowed !== null && allowed > 0 && (used + asked) / allowed >= 0.9
  return (
    <div className={classes.bar} data-tone={isOver ? 'over' : isTight ? 'tight' : undefined}>
      <div className={classes.words}>
        <span>{label}</span>
        <strong>{text}</strong>
      </div>
      <svg
        className={classes.track}
        aria-hidden="true"
        focusable="false"
        data-limitless={allowed === null || undefined}
      >
        <rect className={classes.used} width={allowed === null ? '0%' : percent(used)} height="100%" />
        <rect
          className={classes.asked}
          x={percent(used)}
          width={allowed === null ? '0%' : percent(asked)}
          height="100%"
        />
        {isOver && <rect className={classes.limit} x={percent(allowed)} width="2" height="100%" />}
      </svg>
    </div>
  )
}
