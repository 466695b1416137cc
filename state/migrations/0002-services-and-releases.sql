-- Why: what should be true. Only the gateway writes these tables (the reconciler writes a release's status and completes deletions).
-- Tables that hang from a service or a release reach their team through it, and go with it.

create table services (
  id text collate "C" primary key,
  team_id text collate "C" not null references teams (id),
  owner_id text collate "C" not null references people (id),
  name text collate "C" not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  service_type text not null check (service_type in ('docker', 'vm')),
  service_format text not null,
  storage_gb integer not null check (storage_gb > 0),
  ram_mb integer not null check (ram_mb > 0),
  cpus double precision not null check (cpus > 0),
  additional_requirements jsonb not null default '{}',
  power text not null check (power in ('running', 'stopped', 'deleted')),
  release_id text collate "C",
  generation integer not null check (generation > 0),
  restarts integer not null default 0 check (restarts >= 0),
  -- Asked for with the deletion: the files go as soon as everything else is gone.
  purge boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  -- When the deletion was complete; only the files are kept from then on.
  gone_at timestamptz,
  check ((power = 'deleted') = (deleted_at is not null)),
  check (gone_at is null or deleted_at is not null)
);

-- A name is a host name: free again once the deletion is complete, not earlier.
create unique index services_name on services (name) where gone_at is null;
-- The list of a team, newest first.
create index services_team on services (team_id, id desc) where gone_at is null;
-- Deleting a release asks which service serves it.
create index services_release on services (release_id);
-- What the daily clean-up looks for; nearly empty.
create index services_gone on services (gone_at) where gone_at is not null;

create table releases (
  id text collate "C" primary key,
  service_id text collate "C" not null references services (id) on delete cascade,
  team_id text collate "C" not null references teams (id),
  number integer not null check (number > 0),
  status text not null check (status in ('queued', 'building', 'live', 'retired', 'superseded', 'failed')),
  status_reason jsonb,
  files_count integer not null check (files_count >= 0),
  files_bytes bigint not null check (files_bytes >= 0),
  warnings jsonb not null default '[]',
  published_by text collate "C" not null references people (id),
  created_at timestamptz not null,
  live_at timestamptz,
  unique (service_id, number)
);

-- Visitors get one release at a time.
create unique index releases_live on releases (service_id) where status = 'live';

-- Deferred, because a service and its first release are written together and refer to each other.
alter table services
  add constraint services_release foreign key (release_id) references releases (id) deferrable initially deferred;

create table release_files (
  release_id text collate "C" not null references releases (id) on delete cascade,
  path text collate "C" not null,
  sha256 text collate "C" not null check (length(sha256) = 64),
  size bigint not null check (size >= 0),
  primary key (release_id, path)
);

-- Tells whether a stored content is still referred to, and whether a team ever published it.
create index release_files_content on release_files (sha256);

create table uploads (
  id text collate "C" primary key,
  team_id text collate "C" not null references teams (id),
  person_id text collate "C" not null references people (id),
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create index uploads_expiry on uploads (expires_at);

create table upload_files (
  upload_id text collate "C" not null references uploads (id) on delete cascade,
  path text collate "C" not null,
  sha256 text collate "C" not null check (length(sha256) = 64),
  size bigint not null check (size >= 0),
  primary key (upload_id, path)
);

-- The same question as for release_files: an open upload keeps its contents.
create index upload_files_content on upload_files (sha256);

-- Who sent which whole content within the last day: a digest alone must never open somebody else's file.
create table sent_blobs (
  person_id text collate "C" not null references people (id) on delete cascade,
  sha256 text collate "C" not null check (length(sha256) = 64),
  size bigint not null check (size >= 0),
  expires_at timestamptz not null,
  primary key (person_id, sha256)
);

-- Whether a content is still somebody's.
create index sent_blobs_content on sent_blobs (sha256);
create index sent_blobs_expiry on sent_blobs (expires_at);

-- A repeated request is answered with what the first one made; the row goes with what it made.
create table idempotency_keys (
  person_id text collate "C" not null references people (id) on delete cascade,
  key text collate "C" not null,
  fingerprint text not null,
  service_id text collate "C" references services (id) on delete cascade,
  release_id text collate "C" references releases (id) on delete cascade,
  created_at timestamptz not null,
  primary key (person_id, key)
);

create index idempotency_keys_age on idempotency_keys (created_at);
-- Deleting a service or a release looks here.
create index idempotency_keys_service on idempotency_keys (service_id);
create index idempotency_keys_release on idempotency_keys (release_id);
