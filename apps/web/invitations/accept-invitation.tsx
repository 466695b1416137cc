import { Button } from '@mantine/core'
import type { InvitationViewAnswer, MeAnswer } from '@parcela/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { accountGateway } from '../client/account.ts'
import { RequestError } from '../client/request-error.ts'
import { SessionError } from '../session/session-error.tsx'
import classes from '../session/session-page.module.css'
import { useEnter } from '../session/use-enter.ts'

type Props = { token: string; invitation: InvitationViewAnswer; me: MeAnswer; forget: () => void }

/** For who is signed in: one click, or the way out where the invitation is for somebody else. */
export const AcceptInvitation = ({ token, invitation, me, forget }: Props) => {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const router = useRouter()
  const enter = useEnter(undefined)
  const accept = useMutation({
    mutationFn: () => accountGateway.acceptInvitation(token),
    onSuccess: () => {
      forget()
      enter()
    },
  })
  const signOut = useMutation({
    mutationFn: accountGateway.signOut,
    onSuccess: () => {
      queryClient.clear()
      router.history.push('/sign-in?next=%2Finvitation')
    },
  })
  const isForeign =
    (invitation.email !== null && me.email !== null && invitation.email !== me.email.toLowerCase()) ||
    (accept.error instanceof RequestError && accept.error.details.reason === 'invitation_foreign')
  return (
    <>
      <p className={classes.note}>
        {isForeign
          ? t('invitation.foreign', { email: invitation.email ?? '', own: me.email ?? me.username })
          : t('invitation.as', { who: me.email ?? me.username })}
      </p>
      <div className={classes.form}>
        {!isForeign && (
          <Button size="md" fullWidth loading={accept.isPending} onClick={() => accept.mutate()}>
            {t('invitation.accept')}
          </Button>
        )}
        <Button
          size="md"
          fullWidth
          variant={isForeign ? 'filled' : 'default'}
          loading={signOut.isPending}
          onClick={() => signOut.mutate()}
        >
          {t('invitation.other_account')}
        </Button>
        <SessionError error={isForeign ? null : (accept.error ?? signOut.error)} />
      </div>
    </>
  )
}
