import { serviceName, suggestServiceName } from '@parcela/contract'

/** The name that a service gets when nobody chose one: the owner's username as a DNS label, or something near it that may be used. */
export const defaultName = (username: string, format: string): string => {
  const plain = suggestServiceName(username)
  const candidates = [plain, suggestServiceName(`${plain}-${format}`), suggestServiceName(`${format}-${plain}`), 'site']
  return candidates.find(name => serviceName.safeParse(name).success) ?? 'site'
}
