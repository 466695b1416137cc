-- Why: progress travels back through an outbox, and the reconciler is woken in the same transaction that changed what should be true.

create table events (
  id bigint generated always as identity primary key,
  service_id text collate "C" not null references services (id) on delete cascade,
  event jsonb not null,
  created_at timestamptz not null default now()
);

-- Reading on after the last event that a listener saw.
create index events_service on events (service_id, id);

-- Every transaction that writes something of one service takes this lock first. It makes the ids of the service's events rise in the order in
-- which they are committed, so that who reads on after an id has missed none; and it keeps two wake-ups from overwriting each other.
create function lock_service(service_id text) returns void language sql as $$
  select pg_advisory_xact_lock(hashtextextended('service ' || service_id, 0));
$$;

-- At most one wake-up of a service waits; a later one never postpones an earlier one. While one is worked on, a new one is added behind it.
-- More attempts than will ever be made: a process that dies in the middle must not use them up.
create function wake_service(service_id text, wanted timestamptz) returns void language plpgsql as $$
declare
  waiting timestamptz;
begin
  perform lock_service(service_id);
  select run_at into waiting from graphile_worker.jobs
    where key = service_id and locked_at is null and attempts < max_attempts;
  perform graphile_worker.add_job(
    identifier => 'reconcile',
    payload => json_build_object('service_id', service_id),
    run_at => least(coalesce(wanted, now()), waiting),
    max_attempts => 32767,
    job_key => service_id,
    job_key_mode => 'replace'
  );
end;
$$;
