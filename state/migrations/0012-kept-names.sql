-- Why: whoever pointed a domain at a service by CNAME may forget the record when the service is deleted. The next holder of the service's name would
-- then prove that domain by a record that a stranger made. So such names wait for a time before another team may have them.

create table kept_names (
  name text collate "C" primary key,
  -- Whose it was: no foreign key, since the team may be gone before the time is over.
  team_id text collate "C" not null,
  -- Null while its service exists.
  until timestamptz
);

insert into kept_names (name, team_id)
  select distinct services.name, services.team_id from services join domains on domains.service_id = services.id where services.gone_at is null;
