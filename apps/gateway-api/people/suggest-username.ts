import { username } from '@parcela/contract'

/** The username that an e-mail address suggests: `Ana.Pérez+x@school.example` -> `ana.perez-x`. */
export const suggestUsername = (email: string): string => {
  const local = email.slice(0, Math.max(email.lastIndexOf('@'), 0))
  const plain = local
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, 48)
  return username.safeParse(plain).success ? plain : `user-${plain}`.replace(/-+$/, '')
}
