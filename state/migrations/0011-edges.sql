-- Why: further edges serve the same sites on other hosts. Each asks for what it should serve with a token of its own, and what it is given has a
-- version, so that an edge can tell newer from older.

create table edges (
  id text collate "C" primary key,
  name text collate "C" not null unique,
  -- SHA-256 of the token, which is shown once and kept nowhere.
  token_hash text not null unique,
  created_at timestamptz not null,
  seen_at timestamptz,
  applied_version bigint,
  problem text
);

-- One row. The version is a time in milliseconds, or one more than the last: a restored backup goes on beyond what edges have seen.
create table edge_version (
  is_only boolean primary key default true check (is_only),
  version bigint not null
);
insert into edge_version (version) values ((extract(epoch from clock_timestamp()) * 1000)::bigint);

-- Where there is no edge, nothing waits for this row.
create function raise_edge_version() returns trigger language plpgsql as $$
begin
  update edge_version set version = greatest(version + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
    where exists (select 1 from edges);
  return null;
end;
$$;

create trigger routes_raise_edge_version after insert or update or delete on routes
  for each statement execute function raise_edge_version();
create trigger certificates_raise_edge_version after insert or update or delete on certificates
  for each statement execute function raise_edge_version();
create trigger edges_raise_edge_version after insert on edges
  for each statement execute function raise_edge_version();
