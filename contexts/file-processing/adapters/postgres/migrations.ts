import type { Migration } from '@lego-moc/postgres/migrations';
import { summarizeColours } from './part-colour-queries.ts';

/** The schema of the service, step by step. */
export const migrations: readonly Migration[] = [
  {
    id: '001-catalogue',
    sql: `
      CREATE TABLE catalogue_release (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL,
        begun_at timestamptz NOT NULL DEFAULT now(),
        ready_at timestamptz,
        counts jsonb
      );
      CREATE TABLE part (
        release integer NOT NULL, key text NOT NULL, part_number text NOT NULL, name text NOT NULL,
        category_id integer, PRIMARY KEY (release, key)
      );
      CREATE TABLE colour (
        release integer NOT NULL, id integer NOT NULL, name text NOT NULL, rgb text NOT NULL,
        transparent boolean NOT NULL, PRIMARY KEY (release, id)
      );
      CREATE TABLE part_category (
        release integer NOT NULL, id integer NOT NULL, name text NOT NULL, PRIMARY KEY (release, id)
      );
      CREATE TABLE element (
        release integer NOT NULL, element_id text NOT NULL, part_number text NOT NULL, colour_id integer NOT NULL,
        design_id text, PRIMARY KEY (release, element_id)
      );
      CREATE INDEX element_by_part ON element (release, part_number, colour_id);
      CREATE TABLE part_relationship (
        release integer NOT NULL, kind text NOT NULL, child_part_number text NOT NULL, parent_part_number text NOT NULL
      );
      CREATE INDEX part_relationship_by_child ON part_relationship (release, child_part_number);
      CREATE INDEX part_relationship_by_parent ON part_relationship (release, parent_part_number);
    `,
  },
  {
    id: '002-jobs',
    sql: `
      CREATE TABLE attempt (
        job_id uuid PRIMARY KEY, attempt_id uuid NOT NULL, beat_at timestamptz NOT NULL, lots integer NOT NULL,
        bytes bigint NOT NULL
      );
      CREATE TABLE lot (
        job_id uuid NOT NULL, attempt_id uuid NOT NULL, lot integer NOT NULL, line integer NOT NULL,
        item_type text NOT NULL, part_number text NOT NULL, colour text, quantity_text text, quantity integer,
        role text NOT NULL, problem text, part text, colour_id integer, is_unknown boolean NOT NULL,
        PRIMARY KEY (job_id, attempt_id, lot)
      );
      CREATE INDEX lot_unknown ON lot (job_id, attempt_id, lot) WHERE is_unknown;
    `,
  },
  {
    id: '003-problems-and-removal',
    sql: `
      ALTER TABLE lot ADD COLUMN problem_detail text, ADD COLUMN problem_field text;
      CREATE INDEX lot_problem ON lot (job_id, attempt_id, lot) WHERE problem IS NOT NULL;
      UPDATE lot SET role = 'extra' WHERE role = 'spare';
      ALTER TABLE attempt ADD COLUMN moc_id uuid, ADD COLUMN settled boolean NOT NULL DEFAULT false;
      CREATE INDEX attempt_of_moc ON attempt (moc_id);
      CREATE INDEX attempt_unsettled ON attempt (beat_at) WHERE NOT settled;
      CREATE TABLE deleted_moc (moc_id uuid PRIMARY KEY, deleted_at timestamptz NOT NULL DEFAULT now());
    `,
  },
  {
    id: '004-released-jobs',
    sql: `
      CREATE TABLE released_job (job_id uuid PRIMARY KEY, released_at timestamptz NOT NULL DEFAULT now());
    `,
  },
  {
    id: '005-progress-in-lines',
    sql: `
      ALTER TABLE attempt ADD COLUMN lines integer NOT NULL DEFAULT 0;
    `,
  },
  {
    id: '006-part-search',
    sql: `
      ALTER TABLE part ADD COLUMN material text;
      CREATE INDEX part_words ON part USING gin (to_tsvector('simple', part_number || ' ' || name));
    `,
  },
  {
    id: '007-set-inventories',
    sql: `
      CREATE TABLE catalogue_set (
        release integer NOT NULL, key text NOT NULL, set_number text NOT NULL, kind text NOT NULL, name text NOT NULL,
        year integer, pieces integer, PRIMARY KEY (release, key)
      );
      CREATE INDEX catalogue_set_words ON catalogue_set USING gin (to_tsvector('simple', set_number || ' ' || name));
      CREATE TABLE inventory (
        release integer NOT NULL, inventory_id integer NOT NULL, key text NOT NULL, set_number text NOT NULL,
        version integer NOT NULL, PRIMARY KEY (release, inventory_id)
      );
      CREATE INDEX inventory_by_set ON inventory (release, key, version);
      CREATE TABLE inventory_part (
        release integer NOT NULL, inventory_id integer NOT NULL, part_number text NOT NULL, colour_id integer NOT NULL,
        quantity integer NOT NULL, is_spare boolean NOT NULL
      );
      CREATE INDEX inventory_part_by_inventory ON inventory_part (release, inventory_id);
      CREATE TABLE inventory_set (
        release integer NOT NULL, inventory_id integer NOT NULL, key text NOT NULL, quantity integer NOT NULL,
        PRIMARY KEY (release, inventory_id, key)
      );
    `,
  },
  {
    id: '008-themes',
    sql: `
      CREATE TABLE theme (
        release integer NOT NULL, id integer NOT NULL, name text NOT NULL, parent_id integer, PRIMARY KEY (release, id)
      );
      ALTER TABLE catalogue_set ADD COLUMN theme_id integer;
    `,
  },
  {
    id: '009-orders',
    sql: `
      ALTER TABLE lot ADD COLUMN purchase_order json;
    `,
  },
  {
    id: '010-lot-resolution',
    sql: `
      ALTER TABLE lot ADD COLUMN is_element boolean;
      ALTER TABLE attempt ADD COLUMN checked_release integer NOT NULL DEFAULT 0;
      CREATE INDEX attempt_by_checked_release ON attempt (checked_release, job_id) WHERE settled;
    `,
  },
  {
    id: '011-part-colours',
    sql: `
      CREATE TABLE part_colour (
        release integer NOT NULL, key text NOT NULL, colour_id integer NOT NULL, elements integer NOT NULL,
        sets integer NOT NULL, PRIMARY KEY (release, key, colour_id)
      );
      ${summarizeColours('true')};
    `,
  },
  {
    id: '012-part-links',
    sql: `
      CREATE TABLE part_link (
        key text NOT NULL, scheme text NOT NULL, rule text NOT NULL, part_number text NOT NULL,
        provenance text NOT NULL, PRIMARY KEY (key, scheme, rule)
      );
      CREATE TABLE cross_walk_import (
        number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, imported_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE lot ADD COLUMN part_rule text, ADD COLUMN part_provenance text;
    `,
  },
  {
    id: '013-opened-sets',
    sql: `
      ALTER TABLE lot ADD COLUMN opened_from integer;
    `,
  },
  {
    id: '014-custom-parts',
    sql: `
      ALTER TABLE attempt ADD COLUMN owner text, ADD COLUMN custom_changes integer NOT NULL DEFAULT 0,
                          ADD COLUMN custom_checked integer NOT NULL DEFAULT 0;
      CREATE INDEX attempt_by_owner ON attempt (owner);
      CREATE INDEX attempt_with_custom_changes ON attempt (job_id) WHERE settled AND custom_checked < custom_changes;
    `,
  },
  {
    id: '015-numbers-elsewhere',
    sql: `
      CREATE INDEX part_link_by_part ON part_link (lower(part_number));
    `,
  },
  {
    id: '016-steps',
    sql: `
      ALTER TABLE lot ADD COLUMN steps json;
    `,
  },
];
