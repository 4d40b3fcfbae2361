-- Rows as an old database has them, the same for the same seed. Functions are of this session only.
CREATE OR REPLACE FUNCTION pg_temp.chance(label text) RETURNS double precision LANGUAGE sql IMMUTABLE AS $body$
  SELECT ('x' || substr(md5(label), 1, 8))::bit(32)::bigint / 4294967296.0
$body$;

-- In the form of `gen_random_uuid()`.
CREATE OR REPLACE FUNCTION pg_temp.uuid_of(label text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $body$
  SELECT overlay(overlay(md5(label) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid
$body$;

CREATE OR REPLACE FUNCTION pg_temp.pick(label text, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
  SELECT choices[1 + floor(pg_temp.chance(label) * array_length(choices, 1))::int]
$body$;

-- ObjectIds, UUIDs and addresses; every tenth differs from the one before it by case only.
CREATE OR REPLACE FUNCTION pg_temp.user_at(seed text, place int, named text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
  SELECT CASE
    WHEN place < coalesce(array_length(named, 1), 0) THEN named[place + 1]
    WHEN place % 10 = 9 THEN 'Builder.' || (place - 1) || '@Example.test'
    WHEN place % 10 = 8 THEN 'builder.' || place || '@example.test'
    WHEN place % 10 > 5 THEN pg_temp.uuid_of(seed || 'user' || place)::text
    ELSE left(md5(seed || 'user' || place), 24)
  END
$body$;

-- The first users own most of the rows.
CREATE OR REPLACE FUNCTION pg_temp.owner_of(seed text, label text, users int, named text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
  SELECT pg_temp.user_at(seed, floor(users * pg_temp.chance(seed || label) ^ 3)::int, named)
$body$;

CREATE OR REPLACE FUNCTION pg_temp.moment(label text) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $body$
  SELECT timestamp '2019-01-01' + pg_temp.chance(label) * interval '2400 days'
$body$;

CREATE OR REPLACE FUNCTION pg_temp.id_of(seed text, kind text, place int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $body$
  SELECT CASE place
    WHEN 0 THEN '00000000-0000-0000-0000-000000000000'::uuid
    WHEN 1 THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
    ELSE pg_temp.uuid_of(seed || kind || place)
  END
$body$;
