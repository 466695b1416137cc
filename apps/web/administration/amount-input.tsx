import { NumberInput } from '@mantine/core'
import { useLanguage } from '../language/use-format.ts'

type Props = {
  label: string
  /** NaN while nothing is written. */
  value: number
  onChange: (value: number) => void
  isFraction?: boolean
  description?: string
  placeholder?: string
  problem?: string | undefined
}

/** A number that an administrator sets; an empty field is NaN. */
export const AmountInput = ({
  label,
  value,
  onChange,
  isFraction = false,
  description,
  placeholder,
  problem,
}: Props) => {
  const language = useLanguage()
  return (
    <NumberInput
      label={label}
      {...(description !== undefined && { description })}
      {...(placeholder !== undefined && { placeholder })}
      value={Number.isNaN(value) ? '' : value}
      decimalScale={isFraction ? 2 : 0}
      decimalSeparator={language === 'es' ? ',' : '.'}
      step={isFraction ? 0.25 : 1}
      allowNegative={false}
      error={problem}
      onChange={next => onChange(typeof next === 'number' ? next : Number.NaN)}
    />
  )
}
