import type { Log } from '@parcela/kit'
import { sql } from 'kysely'
import pg from 'pg'
import type { Database, Queryable } from './open-database.ts'
import { withStartupOption } from './startup-option.ts'

/** The role that everything but migrations works as. It owns nothing: it cannot change tables, nor rows of the audit trail. */
export const applicationRole = 'parcela_app'

/**
 * Gives the application's role its rights on what the owner's migrations made, and answers the address to work with. `login` is the address of
 * that role where it may log in by itself (the embedded server). Elsewhere the role is made when missing, and taken by every connection; where
 * this is not allowed the answer is the owner's address, the log says so, and triggers alone keep the audit trail from being changed.
 */
export const prepareApplicationRole = async (
  owner: Database,
  options: { login?: string; log: Log },
): Promise<string> => {
  const { login, log } = options
  const problem = login === undefined ? await findRoleProblem(owner) : undefined
  if (problem !== undefined) {
    log.warn(
      { problem },
      `The database user of DATABASE_URL may not make the role ${applicationRole}: Parcela works as the owner of its tables, and only triggers keep the audit trail append-only. Let an administrator of the database run: create role ${applicationRole}; grant ${applicationRole} to the user of DATABASE_URL`,
    )
    return owner.connectionString
  }
  await owner.db.transaction().execute(grantRights)
  return login ?? withStartupOption(owner.connectionString, `-c role=${applicationRole}`)
}

/** Undefined when this user can become the role, which is tried: the names of the right to do so differ between versions. */
const findRoleProblem = async ({ db }: Database): Promise<string | undefined> => {
  try {
    await db.transaction().execute(async trx => {
      await takeTurn(trx)
      await sql.raw(makeRole).execute(trx)
      await sql.raw(`set local role ${applicationRole}`).execute(trx)
    })
    return undefined
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === insufficientPrivilege) return error.message
    throw error
  }
}

const insufficientPrivilege = '42501'

/** Two processes that grant the same at once would fail in PostgreSQL's own tables. */
const takeTurn = async (trx: Queryable): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('application role', 0))`.execute(trx)
}

/** Whoever administers the database may have made the role and granted it already, and then this user need not be able to. */
const makeRole = `
  do $$
  begin
    if not exists (select from pg_roles where rolname = '${applicationRole}') then
      create role ${applicationRole} nologin;
    end if;
    begin
      grant ${applicationRole} to current_user;
    exception when insufficient_privilege then
      raise debug 'the role is granted by somebody else, or not at all';
    end;
  end;
  $$
`

/** Anew at every start, because a migration may have made tables. Only what is ours is touched: a database may hold other things. */
const grantRights = async (trx: Queryable): Promise<void> => {
  await takeTurn(trx)
  const { rows } = await sql<{ name: string; kind: string }>`
    select format('%I.%I', nspname, relname) as name, relkind as kind
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('public', 'identity', 'graphile_worker') and relowner = current_user::regrole
      and relkind in ('r', 'p', 'v', 'S')
  `.execute(trx)
  const tables = rows.filter(({ kind }) => kind !== 'S').map(({ name }) => name)
  const sequences = rows.filter(({ kind }) => kind === 'S').map(({ name }) => name)
  await sql
    .raw(`
      grant usage on schema public, identity, graphile_worker to ${applicationRole};
      grant select, insert, update, delete on ${tables.join(', ')} to ${applicationRole};
      grant usage, select on ${sequences.join(', ')} to ${applicationRole};
      revoke update, delete on audit from ${applicationRole};
      revoke insert, update, delete on audit_checkpoints from ${applicationRole};
      revoke insert, update, delete on schema_migrations, schema_migrations_lock from ${applicationRole};
      grant execute on function prune_audit(integer) to ${applicationRole};
    `)
    .execute(trx)
  await admitToQueue(trx)
}

/** graphile-worker turns row security on, which hides every row from all but the owner. */
const admitToQueue = async (trx: Queryable): Promise<void> => {
  const { rows } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname = 'graphile_worker' and rowsecurity and not exists (
      select from pg_policies where pg_policies.schemaname = pg_tables.schemaname
        and pg_policies.tablename = pg_tables.tablename and policyname = ${applicationRole}
    )
  `.execute(trx)
  for (const { name } of rows) {
    await sql
      .raw(`create policy ${applicationRole} on ${name} to ${applicationRole} using (true) with check (true)`)
      .execute(trx)
  }
}
