import { applicationRole } from '../database/application-role.ts'

/** The role that owns the database of Parcela, and the database: for migrations. What works with it all day is another role. */
export const ownerRole = 'parcela'
/** The role that initdb makes; used for nothing but creating the others. */
export const superuserRole = 'postgres'
/** No TCP port is opened; the number is part of the socket's file name. */
export const socketPort = 5432

/**
 * Settings for a database of a few hundred megabytes beside many other things: small memory, few processes, every commit on disk.
 * https://www.postgresql.org/docs/18/runtime-config.html
 */
export const renderConfiguration = (paths: { socketDirectory: string; hbaFile: string; identFile: string }): string => {
  const settings: Record<string, string> = {
    listen_addresses: '',
    port: `${socketPort}`,
    unix_socket_directories: paths.socketDirectory,
    unix_socket_permissions: '0700',
    hba_file: paths.hbaFile,
    ident_file: paths.identFile,
    max_connections: '40',

    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_level: 'minimal',
    max_wal_senders: '0',
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    checkpoint_timeout: '15min',

    shared_buffers: '16MB',
    huge_pages: 'off',
    work_mem: '4MB',
    maintenance_work_mem: '16MB',
    effective_cache_size: '128MB',
    // The default starts three more processes for reading ahead.
    io_method: 'sync',
    max_worker_processes: '0',
    max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0',
    max_logical_replication_workers: '0',
    autovacuum_max_workers: '1',
    autovacuum_worker_slots: '1',
    jit: 'off',

    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    // Statements and the details of errors quote values, and values may be secrets.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    cluster_name: 'parcela',
  }
  return `# Written at every start; changes are lost.\n${lines(Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}`))}`
}

/** Who may come in: nobody by network, and through the socket whom the kernel says it is (peer). */
export const renderHostBasedAccess = (): string => lines(['local all all peer map=parcela'])

/** Which system user may be which role. */
export const renderIdentities = (systemUsers: readonly string[]): string =>
  lines(
    [...new Set(systemUsers)].flatMap(user =>
      [ownerRole, applicationRole, superuserRole].map(role => `parcela ${quoteIdentity(user)} ${role}`),
    ),
  )

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`

const quote = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

const quoteIdentity = (name: string): string => `"${name.replaceAll('"', '""')}"`
