import type { DomainAnswer, DomainRecord } from '@parcela/contract'
import { printable } from '../terminal/printable.ts'
import { renderTable } from '../terminal/render-table.ts'
import { paint, printLine, type Terminal } from '../terminal/terminal.ts'
import { type Context, openGateway } from './context.ts'

type Output = { json?: boolean }
export type AddDomainOptions = Output & { redirectTo?: string }

/** Prints the custom domains of a service: how far each is, and the records to set for those that wait. */
export const listDomains = async (context: Context, service: string, options: Output): Promise<void> => {
  const { output, notes } = context.terminal
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(service)
  const domains = await gateway.listDomains(id)
  if (options.json) return printLine(output, JSON.stringify(domains, null, 2))
  if (domains.length === 0)
    return printLine(notes, `It has none. Add one with: parcela domains add ${service} www.example.org`)
  const rows = domains.map(domain => [
    domain.display_name,
    domain.status,
    domain.redirect_to === null ? '-' : `to ${domain.redirect_to}`,
    domain.certificate ? `until ${domain.certificate.not_after.slice(0, 10)}` : '-',
  ])
  printLine(output, renderTable([['NAME', 'STATUS', 'REDIRECTS', 'CERTIFICATE'], ...rows]))
  for (const domain of domains.filter(needsAttention)) {
    printLine(output)
    printLine(output, describe(domain))
  }
}

/** Adds a domain to a service and prints the records to set. */
export const addDomain = async (
  context: Context,
  { service, name }: { service: string; name: string },
  options: AddDomainOptions,
): Promise<void> => {
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(service)
  const redirect = options.redirectTo === undefined ? {} : { redirect_to: options.redirectTo }
  print(context.terminal, await gateway.addDomain(id, { name, ...redirect }), options)
}

/** Takes a domain away from a service; one that it does not have is success. */
export const removeDomain = async (context: Context, service: string, name: string): Promise<void> => {
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(service)
  await gateway.removeDomain(id, name)
  printLine(context.terminal.notes, `${service} does not answer at ${printable(name)} any more.`)
}

/** Has a domain looked at now, instead of at the next time by itself. */
export const checkDomain = async (
  context: Context,
  { service, name }: { service: string; name: string },
  options: Output,
): Promise<void> => {
  const gateway = await openGateway(context)
  const { id } = await gateway.getServiceByName(service)
  const domain = await gateway.checkDomain(id, name)
  print(context.terminal, domain, options)
  if (!options.json) printLine(context.terminal.notes, `It is being looked at. See: parcela domains list ${service}`)
}

const print = (terminal: Terminal, domain: DomainAnswer, options: Output): void => {
  if (domain.is_mixed_script) printLine(terminal.notes, paint(terminal, 'yellow', `note: ${mixedScript(domain)}`))
  printLine(terminal.output, options.json ? JSON.stringify(domain, null, 2) : describe(domain))
}

const mixedScript = ({ display_name, name }: DomainAnswer): string =>
  `${display_name} has letters of several scripts and may be taken for another name; in DNS it is ${name}.`

const needsAttention = ({ status, status_reason }: DomainAnswer): boolean =>
  status !== 'active' || status_reason !== null

/** One domain at length: either the CNAME or the rest has to be set. */
const describe = (domain: DomainAnswer): string => {
  const { display_name, name, status, status_reason, records } = domain
  const alias = records.filter(({ type }) => type === 'CNAME')
  const others = records.filter(({ type }) => type !== 'CNAME')
  return [
    `${display_name}${display_name === name ? '' : ` (${name})`}: ${status}`,
    ...(status_reason ? [printable(status_reason.message)] : []),
    ...(needsAttention(domain)
      ? [
          `Set ${alias.length > 0 ? 'one of these' : 'these'} where the DNS of the name is managed:`,
          ...(alias.length > 0 ? [toTable(alias), 'or'] : []),
          toTable(others),
        ]
      : []),
  ].join('\n')
}

const toTable = (records: readonly DomainRecord[]): string =>
  renderTable([
    ['TYPE', 'NAME', 'VALUE', 'SEEN'],
    ...records.map(({ type, name, value, is_set }) => [
      type,
      name,
      value,
      is_set === null ? '-' : is_set ? 'yes' : 'no',
    ]),
  ])
