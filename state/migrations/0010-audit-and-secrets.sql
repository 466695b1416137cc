-- Why: who did what, kept so that a change of it shows; and secrets at rest, readable only with the key file of the installation.

create table audit (
  -- Numbered by the writer under its lock, not by a sequence: a gap would look like a removed row.
  seq bigint primary key check (seq > 0),
  at timestamptz not null,
  actor_id text collate "C",
  actor_username text collate "C",
  through text not null check (through in ('session', 'api-key', 'system', 'nobody')),
  through_id text collate "C",
  address text,
  user_agent text,
  request_id text,
  action text collate "C" not null,
  object_type text collate "C",
  object_id text collate "C",
  -- No foreign keys: what was done stays known when the person, the object or the team is gone.
  team_id text collate "C",
  outcome text not null check (outcome in ('done', 'refused', 'failed')),
  status integer,
  error_code text,
  before jsonb,
  after jsonb,
  previous text not null check (length(previous) = 64),
  hash text not null unique check (length(hash) = 64)
);

-- What people look for, newest first each.
create index audit_team on audit (team_id, seq desc) where team_id is not null;
create index audit_actor on audit (actor_id, seq desc) where actor_id is not null;
create index audit_object on audit (object_id, action) where object_id is not null;
-- The oldest rows are removed by their age.
create index audit_age on audit (at);

-- What removal leaves: the last removed row, so that the first that is left can be checked against it.
create table audit_checkpoints (
  seq bigint primary key,
  hash text not null check (length(hash) = 64),
  removed bigint not null,
  made_at timestamptz not null
);

-- The application's role has no right to do any of this (state/database/application-role.ts). Where there is no such role, and for mistakes of
-- whoever owns the tables, the trigger refuses it; removal by age says for its own transaction that it may.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('parcela.audit_pruning', true) = 'yes' then
    return old;
  end if;
  raise exception 'The audit trail is append-only' using errcode = 'insufficient_privilege';
end;
$$;

create trigger audit_rows_stay before update or delete on audit
  for each row execute function refuse_audit_change();
create trigger audit_stays before truncate on audit
  for each statement execute function refuse_audit_change();
create trigger audit_checkpoint_rows_stay before update or delete on audit_checkpoints
  for each row execute function refuse_audit_change();
create trigger audit_checkpoints_stay before truncate on audit_checkpoints
  for each statement execute function refuse_audit_change();

-- Runs with its owner's rights, the only way in which the application removes rows: the oldest ones without a gap, never younger than 30 days,
-- never the newest row.
create function prune_audit(days integer) returns table (removed bigint, last_seq bigint, last_hash text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  first_kept bigint;
begin
  if days is null or days < 30 then
    raise exception 'Rows of the last 30 days are never removed' using errcode = 'invalid_parameter_value';
  end if;
  select min(seq) into first_kept from audit where at >= now() - make_interval(days => days);
  if first_kept is null then
    select max(seq) into first_kept from audit;
  end if;
  select seq, hash into last_seq, last_hash from audit where seq < first_kept order by seq desc limit 1;
  if last_seq is null then
    removed := 0;
    return next;
    return;
  end if;
  perform set_config('parcela.audit_pruning', 'yes', true);
  delete from audit where seq <= last_seq;
  get diagnostics removed = row_count;
  perform set_config('parcela.audit_pruning', '', true);
  insert into audit_checkpoints (seq, hash, removed, made_at) values (last_seq, last_hash, removed, now());
  return next;
end;
$$;

revoke all on function prune_audit(integer) from public;

create table secrets (
  name text collate "C" primary key check (length(name) between 1 and 300),
  -- v1:<key id>:<nonce>:<data>, bound to the name.
  envelope text not null,
  updated_at timestamptz not null
);

-- One row: a known text under the current key. A start with another key finds out here, before anything is read or written with it.
create table secret_check (
  "only" boolean primary key default true check ("only"),
  envelope text not null
);
