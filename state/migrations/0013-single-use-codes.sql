-- Why: a code of an authenticator app is good for one sign-in. Somebody who looks over a shoulder, or listens in, must not use it again in the
-- same half minute; RFC 6238, 5.2.

-- The step (30 seconds each, since 1970) of the newest code that was used.
alter table identity."twoFactor" add column "lastUsedStep" integer not null default 0;
