-- Why: sign-in accounts, sessions and API keys are the sign-in library's own tables (its names, its columns), in a schema of their own, so that
-- its queries cannot reach ours by accident. Our people point to an account by its id.

create schema identity;

create table identity."user" (
  id text primary key,
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null default false,
  image text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);

create table identity.session (
  id text primary key,
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references identity."user" (id) on delete cascade
);

-- Ends all sessions of one account.
create index session_of_account on identity.session ("userId");

create table identity.account (
  id text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references identity."user" (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);

-- Read at every sign-in.
create index account_of_user on identity.account ("userId");

create table identity.verification (
  id text primary key,
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp
);

create index verification_identifier on identity.verification (identifier);

create table identity.apikey (
  id text primary key,
  "configId" text not null default 'default',
  name text,
  start text,
  "referenceId" text not null,
  prefix text,
  key text not null,
  "refillInterval" integer,
  "refillAmount" integer,
  "lastRefillAt" timestamptz,
  enabled boolean default true,
  "rateLimitEnabled" boolean default true,
  "rateLimitTimeWindow" integer,
  "rateLimitMax" integer,
  "requestCount" integer default 0,
  remaining integer,
  "lastRequest" timestamptz,
  "expiresAt" timestamptz,
  "createdAt" timestamptz not null default current_timestamp,
  "updatedAt" timestamptz not null default current_timestamp,
  permissions text,
  metadata text
);

-- The key's hash is looked up at every request that carries one.
create index apikey_key on identity.apikey (key);
create index apikey_owner on identity.apikey ("referenceId");
create index apikey_configuration on identity.apikey ("configId");
