-- Why: many people share one installation. Teams have several members, each team has a plan that says how much it may have, hosts have a capacity
-- that promises never exceed, and what is above the plan's threshold waits for somebody's approval.

create table plans (
  id text collate "C" primary key,
  name text not null,
  -- QuotaLimits and SelfService of the contract. Read whole and never searched.
  limits jsonb not null,
  self_service jsonb not null,
  edge_class text not null default 'standard' check (edge_class in ('small', 'standard', 'large')),
  is_default boolean not null default false,
  created_at timestamptz not null
);

-- Two spellings of one name are one plan.
create unique index plans_name on plans (lower(name));
-- New teams get one plan.
create unique index plans_default on plans (is_default) where is_default;

-- Room for a person's or a class's work; administrators change it. Machines are dear, so each is looked at by somebody.
insert into plans (id, name, limits, self_service, is_default, created_at) values (
  'plan_standard',
  'Standard',
  '{"services": 50, "cpus": 32, "ram_mb": 65536, "storage_gb": 1000, "machines": 10, "uploads_per_day": 2000, "releases_kept": 50, "custom_domains": 50}',
  '{"cpus": null, "ram_mb": null, "storage_gb": null, "machines": false}',
  true,
  now()
);

alter table teams
  add column plan_id text collate "C" not null default 'plan_standard' references plans (id),
  -- Limits that differ from the plan's.
  add column overrides jsonb not null default '{}',
  -- Who made it, as long as it is there; null for a personal team.
  add column made_by text collate "C" references people (id),
  -- What names are compared by; null for a personal team, which is known by its person.
  add column slug text collate "C" unique;
-- The first plan is not special: it may be deleted once another is the default.
alter table teams alter column plan_id drop default;

-- Whoever makes a team: without a plan of its own it gets the default one, and always its plan's edge class.
create function take_plan() returns trigger language plpgsql as $$
begin
  new.plan_id := coalesce(new.plan_id, (select id from plans where is_default));
  select edge_class into new.edge_class from plans where id = new.plan_id;
  return new;
end;
$$;

create trigger teams_take_plan before insert or update of plan_id on teams for each row execute function take_plan();

-- Which teams a plan applies to.
create index teams_plan on teams (plan_id);
-- How many somebody made already.
create index teams_made_by on teams (made_by);
-- Whose personal team a team is.
create unique index people_team on people (team_id);

alter table team_members drop constraint team_members_role_check;
alter table team_members
  add constraint team_members_role_check check (role in ('owner', 'developer', 'viewer')),
  add column since timestamptz not null default now();

-- Publishes of a day in UTC. Counted apart from the releases: those are removed when they get too many.
create table team_uploads (
  team_id text collate "C" not null references teams (id) on delete cascade,
  day date not null,
  uploads integer not null check (uploads > 0),
  primary key (team_id, day)
);

create table nodes (
  id text collate "C" primary key,
  kind text not null check (kind in ('docker', 'vm')),
  cpus double precision not null check (cpus > 0),
  ram_mb integer not null check (ram_mb > 0),
  storage_gb integer not null check (storage_gb >= 0),
  -- Sites rest most of the time; memory does not, and disks fill.
  overcommit_cpus double precision not null default 16 check (overcommit_cpus > 0),
  overcommit_ram_mb double precision not null default 2 check (overcommit_ram_mb > 0),
  overcommit_storage_gb double precision not null default 4 check (overcommit_storage_gb > 0),
  updated_at timestamptz not null
);

alter table services
  -- Where its resources are promised; null for what was there before hosts were known.
  add column node_id text collate "C" references nodes (id),
  -- A new service that waits, or was refused; null once it may run.
  add column approval text check (approval in ('pending', 'refused')),
  add column approval_reason text,
  -- Reserved beyond what it has, while a change of it waits.
  add column reserved_storage_gb integer not null default 0 check (reserved_storage_gb >= 0),
  add column reserved_ram_mb integer not null default 0 check (reserved_ram_mb >= 0),
  add column reserved_cpus double precision not null default 0 check (reserved_cpus >= 0);

-- What is promised of a host, added up at every new service.
create index services_node on services (node_id) where gone_at is null;
-- The services of one person: asked when they leave a team.
create index services_owner on services (owner_id);

create table approvals (
  id text collate "C" primary key,
  service_id text collate "C" not null references services (id) on delete cascade,
  kind text not null check (kind in ('create', 'change')),
  status text not null check (status in ('pending', 'approved', 'refused', 'withdrawn')),
  storage_gb integer not null,
  ram_mb integer not null,
  cpus double precision not null,
  -- What the service had when it was asked.
  current jsonb,
  given jsonb,
  -- What is above the threshold.
  over_threshold text[] not null,
  requested_by text collate "C" not null references people (id),
  requested_at timestamptz not null,
  decided_by text collate "C" references people (id),
  decided_at timestamptz,
  reason text,
  check ((status in ('approved', 'refused')) = (decided_by is not null))
);

-- One question at a time about each service.
create unique index approvals_pending on approvals (service_id) where status = 'pending';
-- The history of one service.
create index approvals_service on approvals (service_id, id desc);
-- What waits, or was decided, newest first.
create index approvals_status on approvals (status, id desc);
