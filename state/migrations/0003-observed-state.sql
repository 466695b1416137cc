-- Why: what is true, written by the reconciler only (a new service's first row, `queued`, comes with the service).

create table service_status (
  service_id text collate "C" primary key references services (id) on delete cascade,
  status text not null check (
    status in ('pending_approval', 'queued', 'building', 'starting', 'running', 'updating', 'stopped', 'sleeping', 'failed', 'deleting')
  ),
  status_reason jsonb,
  generation integer not null,
  serving_release_id text collate "C",
  warnings jsonb not null default '[]',
  attempts integer not null default 0,
  retry_at timestamptz,
  updated_at timestamptz not null
);

create table routes (
  service_id text collate "C" primary key references services (id) on delete cascade,
  -- Two services can never answer at one name.
  host text collate "C" not null unique,
  state text not null check (state in ('serving', 'starting', 'stopped', 'failed')),
  upstream_address text,
  upstream_port integer check (upstream_port between 1 and 65535),
  release_id text collate "C",
  check ((upstream_address is null) = (upstream_port is null))
);

-- The journal: one run per piece of work, with its steps and their times.
create table runs (
  id text collate "C" primary key,
  service_id text collate "C" not null references services (id) on delete cascade,
  generation integer not null,
  release_id text collate "C",
  outcome text check (outcome in ('done', 'failed', 'cancelled')),
  started_at timestamptz not null,
  finished_at timestamptz
);

-- The history of one service, and what is trimmed from it.
create index runs_service on runs (service_id, id);
-- What a dead process left open; nearly empty.
create index runs_open on runs (service_id) where outcome is null;

create table steps (
  id bigint generated always as identity primary key,
  run_id text collate "C" not null references runs (id) on delete cascade,
  step text not null,
  status text not null check (status in ('running', 'done', 'failed')),
  message text,
  started_at timestamptz not null,
  finished_at timestamptz
);

create index steps_run on steps (run_id, id);

-- One row per piece of output that arrived together, not per line: builds say thousands.
create table build_log (
  id bigint generated always as identity primary key,
  release_id text collate "C" not null references releases (id) on delete cascade,
  lines text[] not null,
  written_at timestamptz not null
);

create index build_log_release on build_log (release_id, id);
