import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { serviceName } from '@parcela/contract'
import { IconCircleCheckFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { queries } from '../client/queries.ts'
import { explainProblem } from '../language/explain-problem.ts'
import { useLanguage } from '../language/use-format.ts'
import classes from './new-service-page.module.css'

type Props = {
  value: string
  onChange: (name: string) => void
  /** What the server said against it when the form was sent. */
  problem: string | undefined
  wasSent: boolean
}

const pauseMs = 250

/** The name, with a live word on whether it can be had. */
export const NameField = ({ value, onChange, problem, wasSent }: Props) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { own, availability } = useNameCheck(value)
  const shown = problem ?? (value !== '' || wasSent ? own && explainProblem(own, language) : undefined)
  const isTaken = availability?.available === false
  const taken = isTaken
    ? availability.reason === null || /taken/.test(availability.reason)
      ? t('create.name_taken')
      : explainProblem(availability.reason, language)
    : undefined
  const suggestion = isTaken ? availability.suggestion : null
  return (
    <div className={classes.name}>
      <TextInput
        label={t('create.name')}
        description={t('create.name_hint')}
        name="name"
        size="md"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={t('create.your_name')}
        value={value}
        maxLength={80}
        onChange={event => onChange(event.currentTarget.value.toLowerCase().replaceAll(/[\s_]/g, '-'))}
        error={shown ?? taken}
        inputWrapperOrder={['label', 'description', 'input', 'error']}
      />
      <div className={classes.verdict} role="status">
        {shown === undefined && availability?.available === true && (
          <span className={classes.free}>
            <IconCircleCheckFilled size={15} aria-hidden /> {t('create.name_free')}
          </span>
        )}
        {shown === undefined && value !== '' && availability === undefined && <span>{t('create.name_checking')}</span>}
        {suggestion !== null && (
          <Button variant="light" size="compact-sm" onClick={() => onChange(suggestion)}>
            {t('create.use_suggestion', { name: suggestion })}
          </Button>
        )}
      </div>
    </div>
  )
}

/** What the contract says against the name, and what the server says about it once typing pauses. */
export const useNameCheck = (value: string) => {
  const checked = serviceName.safeParse(value)
  const own = checked.success ? undefined : checked.error.issues[0]?.message
  const [settled] = useDebouncedValue(value, pauseMs)
  const isSettled = settled === value && own === undefined
  const { data } = useQuery({ ...queries.name(settled), enabled: isSettled })
  return { own, availability: isSettled ? data : undefined }
}
