-- Why: a service answers at more names than its own, some of them custom domains that have to be proved and certified; names may redirect or rest;
-- what was published and what authorities were asked survives restarts; and owners see who came. Everything here goes with its service, but for
-- dns_records, certificates, certificate_attempts and traffic_positions: those are the platform's own, and no team's query reaches them.

alter table services
  add column https_redirect boolean not null default true,
  add column maintenance boolean not null default false;

-- How much visitors may ask of each of the team's services at once.
alter table teams
  add column edge_class text not null default 'standard' check (edge_class in ('small', 'standard', 'large'));

-- What should be true: the custom domains. Written by the gateway only. Several services may ask for one name; who proves it has it.
create table domains (
  service_id text collate "C" not null references services (id) on delete cascade,
  -- As in DNS: lower case, without the final dot.
  name text collate "C" not null check (length(name) <= 253 and name ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  redirect_to text collate "C" check (redirect_to <> name),
  -- Random; the owner of the name publishes it.
  proof text not null check (length(proof) >= 22),
  created_at timestamptz not null,
  primary key (service_id, name),
  -- A redirection leads to another name of the same service and ends with it.
  foreign key (service_id, redirect_to) references domains (service_id, name) on delete set null (redirect_to)
);

-- What is true: how far each is. Written by the reconciler only, and gone with the domain.
create table domain_status (
  service_id text collate "C" not null,
  name text collate "C" not null,
  status text not null check (status in ('waiting_for_dns', 'issuing', 'active', 'failed')),
  status_reason jsonb,
  verified_at timestamptz,
  checked_at timestamptz,
  next_check_at timestamptz,
  attempts integer not null default 0 check (attempts >= 0),
  primary key (service_id, name),
  foreign key (service_id, name) references domains (service_id, name) on delete cascade
);

-- One service at a time holds a name; the index decides between two who prove it at once.
create unique index domain_status_verified on domain_status (name) where verified_at is not null;
-- What is to be looked at next.
create index domain_status_due on domain_status (next_check_at) where next_check_at is not null;

-- A service has several routes now; a host still has one.
alter table routes drop constraint routes_pkey, drop constraint routes_host_key, drop constraint routes_state_check;
alter table routes
  add primary key (host),
  add constraint routes_state_check check (state in ('serving', 'starting', 'stopped', 'failed', 'maintenance', 'redirect')),
  add column redirect_to text collate "C",
  add column https_redirect boolean not null default true,
  add column hsts boolean not null default false,
  add column edge_class text not null default 'standard' check (edge_class in ('small', 'standard', 'large')),
  add constraint routes_redirect_check check ((state = 'redirect') = (redirect_to is not null));

-- The routes of one service, read at every reconcile.
create index routes_service on routes (service_id);

-- The records that the name server was last given.
create table dns_records (
  name text collate "C" not null,
  type text not null check (type in ('A', 'AAAA', 'CNAME', 'TXT', 'CAA')),
  ttl integer not null check (ttl >= 0),
  record_values text[] not null check (cardinality(record_values) > 0),
  primary key (name, type)
);

-- Every time that a certificate authority was asked, for as long as its limits look back.
create table certificate_attempts (
  id bigint generated always as identity primary key,
  names text[] collate "C" not null check (cardinality(names) > 0),
  outcome text not null check (outcome in ('issued', 'failed')),
  is_failed_validation boolean not null,
  retry_after timestamptz,
  reason jsonb,
  at timestamptz not null
);

-- Attempts that have a name in common.
create index certificate_attempts_names on certificate_attempts using gin (names);
-- What is too old to count.
create index certificate_attempts_age on certificate_attempts (at);

-- What is known of each certificate. Never a key: those lie in files of mode 0600.
create table certificates (
  -- Sorted, so that one set of names is one row.
  names text[] collate "C" primary key check (cardinality(names) > 0),
  not_before timestamptz not null,
  not_after timestamptz not null,
  serial text not null,
  warned_at timestamptz
);

-- The certificate of one name, shown beside a domain.
create index certificates_names on certificates using gin (names);

-- Adds two lists of counts, place by place; a shorter list counts as zeros at its end.
create function add_counts(one integer[], other integer[]) returns integer[] language sql immutable strict parallel safe as $$
  select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place)
  from unnest(one, other) with ordinality as pairs (a, b, place);
$$;

create aggregate sum_counts(integer[]) (sfunc = add_counts, stype = integer[], parallel = safe);

-- Visits: lists of counts instead of a row for each class, because there are very many of these rows.
create table traffic_minutes (
  service_id text collate "C" not null references services (id) on delete cascade,
  minute timestamptz not null,
  -- By status class: 1xx, 2xx, 3xx, 4xx, 5xx.
  requests integer[] not null check (cardinality(requests) = 5),
  bytes bigint not null check (bytes >= 0),
  -- By latency class; the bounds are in core/model/traffic.ts.
  latencies integer[] not null,
  primary key (service_id, minute)
);

-- What is folded into hours.
create index traffic_minutes_age on traffic_minutes (minute);

create table traffic_hours (
  service_id text collate "C" not null references services (id) on delete cascade,
  hour timestamptz not null,
  requests integer[] not null check (cardinality(requests) = 5),
  bytes bigint not null check (bytes >= 0),
  latencies integer[] not null,
  primary key (service_id, hour)
);

-- What is forgotten.
create index traffic_hours_age on traffic_hours (hour);

-- How far the log of each edge was read; moved in the transaction that adds the figures, so that nothing is counted twice.
create table traffic_positions (
  edge text collate "C" primary key,
  position text not null,
  updated_at timestamptz not null
);
