-- Why: approvers hear of a request that waits, and whoever asked of what was decided, once each, whichever gateway of the installation tells them.

alter table approvals
  add column asked_told_at timestamptz,
  add column decided_told_at timestamptz;

-- What was there before there were notices is known by now.
update approvals set asked_told_at = requested_at, decided_told_at = decided_at;

-- What is still to be told, looked for after every change.
create index approvals_untold on approvals (id)
  where (status = 'pending' and asked_told_at is null) or (decided_at is not null and decided_told_at is null);
