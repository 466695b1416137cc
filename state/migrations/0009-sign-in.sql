-- Why: second factors, passkeys and invitations. The sign-in library's own tables are named and shaped as it asks; they stay in their schema.

alter table people
  -- Null until somebody chose: mails then speak the language of the browser that asked.
  add column language text check (language in ('en', 'es')),
  -- Who is disabled neither signs in nor uses a key; nothing of theirs is deleted.
  add column disabled_at timestamptz;

alter table identity."user" add column "twoFactorEnabled" boolean default false;

-- The address of an administrator was given by whoever installed the platform. Without this they could not sign in once mail is set up.
update identity."user" set "emailVerified" = true
  where id in (select account_id from people where is_administrator);

create table identity."twoFactor" (
  id text primary key,
  -- Encrypted by the sign-in library with the installation's secret, like the recovery codes.
  secret text not null,
  "backupCodes" text not null,
  -- One factor of this kind per account.
  "userId" text not null unique references identity."user" (id) on delete cascade,
  verified boolean default true,
  "failedVerificationCount" integer default 0,
  "lockedUntil" timestamptz
);

create table identity.passkey (
  id text primary key,
  name text,
  "publicKey" text not null,
  "userId" text not null references identity."user" (id) on delete cascade,
  -- A credential signs in one account; looked up at every sign-in with it.
  "credentialID" text not null unique,
  counter integer not null,
  "deviceType" text not null,
  "backedUp" boolean not null,
  transports text,
  "createdAt" timestamptz,
  aaguid text
);

create index passkey_of_user on identity.passkey ("userId");

create table invitations (
  id text collate "C" primary key,
  team_id text collate "C" not null references teams (id) on delete cascade,
  role text not null check (role in ('owner', 'developer', 'viewer')),
  -- Null for whoever holds the link.
  email text collate "C" check (email = lower(email)),
  -- SHA-256: who reads the table cannot accept an invitation.
  token_hash text collate "C" not null unique check (length(token_hash) = 64),
  invited_by text collate "C" references people (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by text collate "C" references people (id) on delete set null,
  revoked_at timestamptz
);

-- The open ones of a team, and one open invitation per address: a new one ends the one before.
create unique index invitations_open on invitations (team_id, email) where accepted_at is null and revoked_at is null;
-- Whether an address is invited at all, asked when somebody signs in with an OpenID provider for the first time.
create index invitations_email on invitations (email) where accepted_at is null and revoked_at is null;
-- Erasing a person looks here.
create index invitations_invited_by on invitations (invited_by);
create index invitations_accepted_by on invitations (accepted_by);
