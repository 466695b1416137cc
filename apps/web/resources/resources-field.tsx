import { NumberInput } from '@mantine/core'
import type { FormatAnswer } from '@parcela/contract'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat, useLanguage } from '../language/use-format.ts'
import { findSizeName, namedSizes, type Resources, sizeNames } from './named-sizes.ts'
import classes from './resources-field.module.css'
import { SizeText } from './size-text.tsx'

type Props = {
  value: Resources
  onChange: (value: Resources) => void
  limits: FormatAnswer['resources'] | undefined
  /** Field -> what is wrong with it. */
  problems: Partial<Record<keyof Resources, string>>
  legend: string
}

/** Memory, processor and disk as three named sizes, or as numbers. */
export const ResourcesField = ({ value, onChange, limits, problems, legend }: Props) => {
  const { t } = useTranslation()
  const group = useId()
  const sizes = namedSizes(limits)
  const named = findSizeName(value, sizes)
  const hasProblem = Object.values(problems).some(Boolean)
  const [wantsCustom, setCustom] = useState(false)
  const choice = wantsCustom || named === undefined || hasProblem ? 'custom' : named
  return (
    <fieldset className={classes.field}>
      <legend>{legend}</legend>
      <div className={classes.choices}>
        {sizeNames.map(name => (
          <label key={name} className={classes.choice}>
            <input
              type="radio"
              name={group}
              checked={choice === name}
              onChange={() => {
                setCustom(false)
                onChange(sizes[name])
              }}
            />
            <strong>{t(`create.size_${name}`)}</strong>
            <span>{t(`create.size_${name}_text`)}</span>
            <SizeText resources={sizes[name]} />
          </label>
        ))}
        <label className={classes.choice} data-custom="true">
          <input type="radio" name={group} checked={choice === 'custom'} onChange={() => setCustom(true)} />
          <strong>{t('create.size_custom')}</strong>
          <span>{t('create.size_custom_text')}</span>
        </label>
      </div>
      {choice === 'custom' && <CustomSize value={value} onChange={onChange} limits={limits} problems={problems} />}
    </fieldset>
  )
}

const CustomSize = ({ value, onChange, limits, problems }: Omit<Props, 'legend'>) => {
  const { t } = useTranslation()
  const format = useFormat()
  const language = useLanguage()
  const number = (key: keyof Resources, step: number) => ({
    value: Number.isNaN(value[key]) ? '' : value[key],
    step,
    decimalScale: key === 'cpus' ? 2 : 0,
    decimalSeparator: language === 'es' ? ',' : '.',
    allowNegative: false,
    error: problems[key],
    onChange: (next: number | string) => onChange({ ...value, [key]: typeof next === 'number' ? next : Number.NaN }),
    description:
      limits &&
      t('create.range', {
        minimum: format.number(limits[key].minimum),
        maximum: format.number(limits[key].maximum),
      }),
  })
  return (
    <div className={classes.custom}>
      <NumberInput label={`${t('create.ram')} (${t('create.ram_unit')})`} {...number('ram_mb', 64)} />
      <NumberInput label={t('create.cpus')} {...number('cpus', 0.25)} />
      <NumberInput label={`${t('create.storage')} (${t('create.storage_unit')})`} {...number('storage_gb', 1)} />
    </div>
  )
}
