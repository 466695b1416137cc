-- Why: a port or a subnet has one holder at a time, whoever asks at once: the primary keys decide.
-- No foreign keys to services: a lease is given back when the thing that used it is gone from the host, not when a row is.

create table port_leases (
  port integer primary key check (port between 1 and 65535),
  service_id text collate "C" not null,
  revision text collate "C" not null,
  leased_at timestamptz not null,
  -- The same instance asks again after a crash and gets the same port.
  unique (service_id, revision)
);

create table blocked_ports (
  port integer primary key,
  blocked_until timestamptz not null
);

create table subnet_leases (
  subnet cidr primary key,
  team_id text collate "C" not null unique,
  leased_at timestamptz not null
);

create table blocked_subnets (
  subnet cidr primary key,
  blocked_until timestamptz not null
);
