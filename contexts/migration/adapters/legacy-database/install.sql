-- What a migration adds to the monolith's database. `uninstall.sql` removes all of it; nothing else is changed there.
CREATE SCHEMA IF NOT EXISTS strangler;

-- Every change of the migrated tables, in the transaction that made it.
CREATE TABLE IF NOT EXISTS strangler.outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_name text NOT NULL,
  row_id uuid NOT NULL,
  operation text NOT NULL CHECK (operation IN ('insert', 'update', 'delete')),
  row_data jsonb NOT NULL,
  origin text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS outbox_by_transaction ON strangler.outbox (transaction_id, sequence);

-- Which users the platform writes for. While `next_percent` is given, those whose side changes are held.
CREATE TABLE IF NOT EXISTS strangler.authority (
  capability text PRIMARY KEY,
  epoch bigint NOT NULL,
  percent int NOT NULL CHECK (percent BETWEEN 0 AND 100),
  allow_users text[] NOT NULL DEFAULT '{}',
  deny_users text[] NOT NULL DEFAULT '{}',
  next_percent int CHECK (next_percent BETWEEN 0 AND 100)
);

-- The same rule as `sideOf` in contracts/routing.ts.
CREATE OR REPLACE FUNCTION strangler.is_moved(
  capability text, user_id text, percent int, allow_users text[], deny_users text[]
) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
  SELECT CASE
    WHEN percent = 0 OR percent = 100 THEN percent = 100
    WHEN user_id = ANY (deny_users) THEN false
    WHEN user_id = ANY (allow_users) THEN true
    ELSE ('x' || substr(encode(sha256(convert_to(capability || ':' || user_id, 'UTF8')), 'hex'), 1, 8))::bit(32)::bigint % 10000 < percent * 100
  END
$body$;

-- Number of the advisory lock that writers share and a change of authority takes alone.
CREATE OR REPLACE FUNCTION strangler.lock_of(capability text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
  SELECT ('x' || substr(encode(sha256(convert_to('strangler:' || capability, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint
$body$;

-- Refuses writes of users whom the platform writes for, unless they come from the platform itself.
CREATE OR REPLACE FUNCTION strangler.guard() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  row_data jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  owner text;
  rule strangler.authority;
BEGIN
  IF current_setting('strangler.origin', true) = 'platform' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(strangler.lock_of(TG_ARGV[0]));
  SELECT * INTO rule FROM strangler.authority WHERE capability = TG_ARGV[0];
  IF rule.percent > 0 OR rule.next_percent IS NOT NULL THEN
    CASE TG_ARGV[1]
      WHEN 'user_id' THEN owner := row_data ->> 'user_id';
      WHEN 'moc_id' THEN SELECT m.user_id INTO owner FROM moc_instructions m WHERE m.id = (row_data ->> 'moc_id')::uuid;
      WHEN 'image_id' THEN SELECT i.user_id INTO owner FROM gallery_images i WHERE i.id = (row_data ->> 'image_id')::uuid;
    END CASE;
    IF owner IS NOT NULL AND (
      strangler.is_moved(rule.capability, owner, rule.percent, rule.allow_users, rule.deny_users) OR
      strangler.is_moved(rule.capability, owner, rule.next_percent, rule.allow_users, rule.deny_users)
    ) THEN
      RAISE EXCEPTION 'The platform writes % of this user', TG_ARGV[0] USING ERRCODE = 'LM001';
    END IF;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$body$;

CREATE OR REPLACE FUNCTION strangler.capture() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  row_data jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  INSERT INTO strangler.outbox (table_name, row_id, operation, row_data, origin)
  VALUES (TG_TABLE_NAME, (row_data ->> 'id')::uuid, lower(TG_OP), row_data, nullif(current_setting('strangler.origin', true), ''));
  RETURN NULL;
END
$body$;
