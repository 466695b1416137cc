import { Button } from '@mantine/core'
import type { AuditCheckAnswer } from '@parcela/contract'
import { IconShieldCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { verifyAudit } from '../client/verify-audit.ts'
import { RequestFailed } from '../frame/request-failed.tsx'
import classes from './verify-button.module.css'

/** Has the whole trail checked, hash by hash, and says what came of it. */
export const VerifyButton = () => {
  const { t } = useTranslation()
  const [check, setCheck] = useState<AuditCheckAnswer>()
  const controller = useRef<AbortController>(null)
  useEffect(() => () => controller.current?.abort(), [])
  const verify = useMutation({
    mutationFn: async () => {
      controller.current = new AbortController()
      for await (const next of verifyAudit(controller.current.signal)) setCheck(next)
    },
  })
  const state = check === undefined ? undefined : stateOf(check)
  return (
    <div className={classes.verify}>
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={17} stroke={1.7} aria-hidden />}
        loading={verify.isPending}
        onClick={() => {
          setCheck(undefined)
          verify.mutate()
        }}
      >
        {t('activity.verify')}
      </Button>
      <span role="status" data-state={state}>
        {check !== undefined &&
          state !== undefined &&
          t(`activity.verify_${state}`, { count: check.rows, seq: check.problem?.seq ?? 0 })}
      </span>
      {verify.isError && <RequestFailed title={t('activity.verify_failed')} error={verify.error} />}
    </div>
  )
}

const stateOf = ({ is_complete, problem }: AuditCheckAnswer): 'whole' | 'broken' | 'running' => {
  if (problem !== null) return 'broken'
  return is_complete ? 'whole' : 'running'
}
