-- Why: every row of ours has a team and an owner from the first day, so that sharing a team later needs no new column.
-- Ids are compared byte by byte (collate "C"): they begin with their time, and lists are read in that order.

create table teams (
  id text collate "C" primary key,
  name text not null,
  created_at timestamptz not null
);

create table people (
  id text collate "C" primary key,
  team_id text collate "C" not null references teams (id),
  external_id text unique,
  username text collate "C" not null unique check (username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  email text,
  name text not null,
  is_administrator boolean not null default false,
  -- No foreign key to identity."user": that row may still be in another connection's open transaction when the person is written.
  account_id text unique,
  created_at timestamptz not null
);

-- Two spellings of one address are one mailbox.
create unique index people_email on people (lower(email));

create table team_members (
  team_id text collate "C" not null references teams (id) on delete cascade,
  person_id text collate "C" not null references people (id) on delete cascade,
  role text not null check (role in ('owner')),
  primary key (team_id, person_id)
);

-- The teams of one person are read at every request.
create index team_members_person on team_members (person_id);
