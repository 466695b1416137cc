import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { type ApproveOptions, approve, listApprovals, refuse } from './commands/approvals.ts'
import {
  type AuditListOptions,
  type AuditVerifyOptions,
  exportAudit,
  listAudit,
  verifyAudit,
} from './commands/audit.ts'
import type { Context } from './commands/context.ts'
import { type DeleteOptions, deleteService } from './commands/delete.ts'
import { dns } from './commands/dns.ts'
import { type AddDomainOptions, addDomain, checkDomain, listDomains, removeDomain } from './commands/domains.ts'
import { addEdge, listEdges, removeEdge } from './commands/edges.ts'
import { list } from './commands/list.ts'
import { type LoginOptions, login } from './commands/login.ts'
import { type LogsOptions, logs } from './commands/logs.ts'
import { type PublishOptions, publish } from './commands/publish.ts'
import { rotateSecrets } from './commands/secrets.ts'
import { status } from './commands/status.ts'
import { quota, teams } from './commands/teams.ts'
import { type TrafficOptions, traffic } from './commands/traffic.ts'
import { trust } from './commands/trust.ts'
import { exitCodes } from './terminal/exit-codes.ts'
import { printFailure } from './terminal/print-failure.ts'

/** Runs one command line and answers its exit code (`exitCodes`). Never throws: what failed is told on the terminal. */
export const runCli = async (argv: readonly string[], context: Context): Promise<number> => {
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return printFailure(error, context)
  }
}

const createProgram = (context: Context): Command => {
  const { output, notes } = context.terminal
  const program = new Command('parcela')
    .description('Publish sites, and see how they do, from the terminal.')
    .exitOverride()
    .configureOutput({ writeOut: text => output.write(text), writeErr: text => notes.write(text) })
    .showHelpAfterError('(parcela --help explains)')
    .addHelpText('after', helpEnd)

  program
    .command('login')
    .description('sign in, and keep an API key for this machine')
    .argument('[url]', 'the address of the server (default: the one on this machine)')
    .option('--email <address>', 'instead of being asked')
    .option('--password-stdin', 'read the password from standard input')
    .option('--code <code>', 'the code of the second factor, or a recovery code, instead of being asked')
    .option('--api-key <key>', 'use a key that was made on the page; - reads it from standard input')
    .option('--ca <file>', "trust this CA's certificate (PEM) for the server")
    .action((url: string | undefined, options: LoginOptions) => login(context, url, options))

  program
    .command('publish')
    .description('publish a folder; the same name again publishes a new release')
    .argument('<dir>', 'the folder that holds index.html')
    .option('--name <name>', 'the name of the site (default: the name of the folder)')
    .option('--ram <mb>', 'memory in MB', parseCount)
    .option('--cpus <cores>', 'processor share, such as 0.5', parseAmount)
    .option('--storage <gb>', 'storage in GB', parseCount)
    .option('--timeout <seconds>', 'how long to wait until it is live', parseCount, 600)
    .option('--json', 'print the service as JSON')
    .action((dir: string, options: PublishOptions) => publish(context, dir, options))

  program
    .command('list')
    .description('list your services')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => list(context, options))

  program
    .command('status')
    .description('show one service')
    .argument('<name>')
    .option('--json', 'print it as JSON')
    .action((name: string, options: { json?: boolean }) => status(context, name, options))

  program
    .command('logs')
    .description('print the log of a service')
    .argument('<name>')
    .option('-f, --follow', 'go on with new lines until interrupted')
    .option('--build', 'how the last release was built, instead of what it says while it runs')
    .option('--lines <count>', 'how many of the last lines', parseCount, 200)
    .option('--json', 'print a JSON object per line')
    .action((name: string, options: LogsOptions) => logs(context, name, options))

  addDomainCommands(program, context)

  program
    .command('teams')
    .description('list your teams')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => teams(context, options))

  program
    .command('quota')
    .description('show what a team uses, and how much it may have')
    .argument('[team]', 'as parcela teams names it (default: your own)')
    .option('--json', 'print it as JSON')
    .action((team: string | undefined, options: { json?: boolean }) => quota(context, team, options))

  addApprovalCommands(program, context)

  addEdgeCommands(program, context)

  addAuditCommands(program, context)

  program
    .command('secrets')
    .description('what is stored encrypted (administrators)')
    .command('rotate')
    .description('encrypt it all with a new key')
    .option('--json', 'print the result as JSON')
    .action((options: { json?: boolean }) => rotateSecrets(context, options))

  program
    .command('dns')
    .description('show what is published in DNS (administrators)')
    .option('--json', 'print it as JSON')
    .action((options: { json?: boolean }) => dns(context, options))

  program
    .command('traffic')
    .description('show who came to a service')
    .argument('<name>')
    .option('--hours <hours>', 'how far back, up to 2160', parseCount, 24)
    .option('--json', 'print it as JSON')
    .action((name: string, options: TrafficOptions) => traffic(context, name, options))

  program
    .command('delete')
    .description('delete a service')
    .argument('<name>')
    .option('--yes', 'without asking')
    .option('--purge', 'delete its files at once, too, instead of keeping them for a while')
    .action((name: string, options: DeleteOptions) => deleteService(context, name, options))

  program
    .command('trust')
    .description('explain how to trust the certificates of the Parcela on this machine')
    .action(() => trust(context))

  return program
}

const addDomainCommands = (program: Command, context: Context): void => {
  const domains = program.command('domains').description('the custom domains of a service')
  domains
    .command('list')
    .description('how far each is, and which records are missing')
    .argument('<service>')
    .option('--json', 'print them as JSON')
    .action((service: string, options: { json?: boolean }) => listDomains(context, service, options))
  domains
    .command('add')
    .description('add one, and show the DNS records to set')
    .argument('<service>')
    .argument('<name>', 'such as www.example.org')
    .option('--redirect-to <domain>', 'send its visitors to another domain of the service')
    .option('--json', 'print it as JSON')
    .action((service: string, name: string, options: AddDomainOptions) =>
      addDomain(context, { service, name }, options),
    )
  domains
    .command('remove')
    .description('take one away')
    .argument('<service>')
    .argument('<name>')
    .action((service: string, name: string) => removeDomain(context, service, name))
  domains
    .command('check')
    .description('look at one now')
    .argument('<service>')
    .argument('<name>')
    .option('--json', 'print it as JSON')
    .action((service: string, name: string, options: { json?: boolean }) =>
      checkDomain(context, { service, name }, options),
    )
}

const addAuditCommands = (program: Command, context: Context): void => {
  const audit = program.command('audit').description('who did what (administrators)')
  const withFilters = (command: Command): Command =>
    command
      .option('--actor <person>', 'a username or id')
      .option('--action <action>', 'such as updateService or sign-in.email')
      .option('--object <id>', 'the id of a service, team, person ...')
      .option('--outcome <word>', 'done, refused or failed')
      .option('--from <time>', 'such as 2026-11-23')
      .option('--to <time>', 'before this time')
      .option('--search <text>', 'text anywhere in the row')
  withFilters(audit.command('list').description('print the newest rows'))
    .option('--limit <count>', 'how many at most', parseCount, 50)
    .option('--json', 'print them as JSON')
    .action((options: AuditListOptions) => listAudit(context, options))
  withFilters(audit.command('export').description('print all rows as CSV')).action((options: AuditListOptions) =>
    exportAudit(context, options),
  )
  audit
    .command('verify')
    .description('check that no row was changed or removed')
    .option('--noted <head>', 'the head that an earlier check told: it must still be there')
    .option('--json', 'print the result as JSON')
    .action((options: AuditVerifyOptions) => verifyAudit(context, options))
}

const addEdgeCommands = (program: Command, context: Context): void => {
  const edges = program.command('edges').description('other hosts that serve the same sites (administrators)')
  edges
    .command('list')
    .description('how far each is')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => listEdges(context, options))
  edges
    .command('add')
    .description('admit one, and show the settings to start it with')
    .argument('<name>', 'a word, such as madrid')
    .option('--json', 'print it as JSON')
    .action((name: string, options: { json?: boolean }) => addEdge(context, name, options))
  edges
    .command('remove')
    .description('end the token of one')
    .argument('<name>')
    .action((name: string) => removeEdge(context, name))
}

const addApprovalCommands = (program: Command, context: Context): void => {
  const approvals = program.command('approvals').description('requests above a plan (administrators)')
  approvals
    .command('list')
    .description('those that wait')
    .option('--json', 'print them as JSON')
    .action((options: { json?: boolean }) => listApprovals(context, options))
  approvals
    .command('approve')
    .description('give what was asked for, or less')
    .argument('<id>')
    .option('--ram <mb>', 'memory in MB', parseCount)
    .option('--cpus <cores>', 'processor share, such as 0.5', parseAmount)
    .option('--storage <gb>', 'storage in GB', parseCount)
    .action((id: string, options: ApproveOptions) => approve(context, id, options))
  approvals
    .command('refuse')
    .description('refuse, with a reason')
    .argument('<id>')
    .requiredOption('--reason <text>', 'what whoever asked reads')
    .action((id: string, options: { reason: string }) => refuse(context, id, options.reason))
}

const helpEnd = `
Environment: PARCELA_URL and PARCELA_API_KEY take the place of what login remembers. NO_COLOR turns colours off.
Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 not signed in, 4 not found, 5 the server did not answer, 130 interrupted.`

const parseCount = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.')
  return Number(text)
}

const parseAmount = (text: string): number => {
  const amount = Number(text)
  if (!Number.isFinite(amount) || amount <= 0) throw new InvalidArgumentError('It must be a number above 0.')
  return amount
}
