import { Button } from '@mantine/core'
import { IconFingerprint, IconLogin2 } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { canUsePasskeys, signWithPasskey } from '../client/passkeys.ts'
import { queries } from '../client/queries.ts'
import { SessionError } from './session-error.tsx'
import classes from './session-page.module.css'
import { ownAddress } from './use-enter.ts'

type Props = {
  next: string | undefined
  onDone: () => void
}

/** Ways in that need no password: a passkey, and the provider that this installation knows. */
export const OtherWays = ({ next, onDone }: Props) => {
  const { t } = useTranslation()
  const { data: platform } = useQuery(queries.platform)
  const passkey = useMutation({
    mutationFn: async () =>
      accountGateway.signInByPasskey(await signWithPasskey(await accountGateway.beginPasskeySignIn())),
    onSuccess: onDone,
  })
  const openId = useMutation({
    mutationFn: () => accountGateway.beginOpenId(returnAddress(next)),
    onSuccess: ({ url }) => location.assign(url),
  })
  const provider = platform?.open_id?.name
  const hasPasskeys = canUsePasskeys()
  if (!hasPasskeys && provider === undefined) return null
  return (
    <>
      <p className={classes.or}>
        <span>{t('sign_in.or')}</span>
      </p>
      <div className={classes.ways}>
        {provider !== undefined && (
          <Button
            variant="default"
            size="md"
            leftSection={<IconLogin2 size={18} stroke={1.7} aria-hidden />}
            loading={openId.isPending || openId.isSuccess}
            onClick={() => openId.mutate()}
          >
            {t('sign_in.with', { provider })}
          </Button>
        )}
        {hasPasskeys && (
          <Button
            variant="default"
            size="md"
            leftSection={<IconFingerprint size={18} stroke={1.7} aria-hidden />}
            loading={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            {t('sign_in.with_passkey')}
          </Button>
        )}
        <SessionError error={passkey.error ?? openId.error} />
      </div>
    </>
  )
}

/** The sign-in library takes paths of these signs alone; anything else would be refused there. */
const returnAddress = (next: string | undefined): string => {
  const address = ownAddress(next)
  return /^\/[\w\-.+/@]*(\?[\w\-.+/=&%@]*)?$/.test(address) ? address : '/'
}
