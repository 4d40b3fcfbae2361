-- The tables of the monolith, with what it does and does not check.
CREATE TABLE IF NOT EXISTS gallery_albums (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  title text NOT NULL,
  description text,
  cover_image_id uuid,
  created_at timestamp NOT NULL DEFAULT now(),
  last_updated_at timestamp NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS gallery_images (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  title text NOT NULL,
  description text,
  tags jsonb,
  image_url text NOT NULL,
  thumbnail_url text,
  album_id uuid,
  flagged boolean DEFAULT false,
  created_at timestamp NOT NULL DEFAULT now(),
  last_updated_at timestamp NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS gallery_flags (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  image_id uuid NOT NULL REFERENCES gallery_images (id) ON DELETE CASCADE,
  user_id text NOT NULL,
  reason text,
  created_at timestamp NOT NULL DEFAULT now(),
  last_updated_at timestamp NOT NULL DEFAULT now(),
  UNIQUE (image_id, user_id)
);

CREATE TABLE IF NOT EXISTS moc_instructions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  title text NOT NULL,
  description text,
  type text NOT NULL,
  author text,
  parts_count integer,
  theme text,
  subtheme text,
  uploaded_date timestamp,
  brand text,
  set_number text,
  release_year integer,
  retired boolean,
  tags jsonb,
  thumbnail_url text,
  total_piece_count integer,
  created_at timestamp NOT NULL DEFAULT now(),
  updated_at timestamp NOT NULL DEFAULT now(),
  UNIQUE (user_id, title),
  UNIQUE (brand, set_number)
);

CREATE TABLE IF NOT EXISTS moc_files (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  moc_id uuid NOT NULL REFERENCES moc_instructions (id) ON DELETE CASCADE,
  file_type text NOT NULL,
  file_url text NOT NULL,
  original_filename text,
  mime_type text,
  created_at timestamp NOT NULL DEFAULT now(),
  UNIQUE (moc_id, original_filename)
);

CREATE TABLE IF NOT EXISTS moc_gallery_images (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  moc_id uuid NOT NULL REFERENCES moc_instructions (id) ON DELETE CASCADE,
  gallery_image_id uuid NOT NULL REFERENCES gallery_images (id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS moc_gallery_albums (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  moc_id uuid NOT NULL REFERENCES moc_instructions (id) ON DELETE CASCADE,
  gallery_album_id uuid NOT NULL REFERENCES gallery_albums (id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS moc_parts_lists (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  moc_id uuid NOT NULL REFERENCES moc_instructions (id) ON DELETE CASCADE,
  file_id uuid REFERENCES moc_files (id) ON DELETE SET NULL,
  title text NOT NULL,
  description text,
  built boolean DEFAULT false,
  purchased boolean DEFAULT false,
  inventory_percentage text DEFAULT '0.00',
  total_parts_count text,
  acquired_parts_count text DEFAULT '0',
  cost_estimate text,
  actual_cost text,
  notes text,
  created_at timestamp NOT NULL DEFAULT now(),
  updated_at timestamp NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS wishlist_items (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id text NOT NULL,
  title text NOT NULL,
  description text,
  product_link text,
  image_url text,
  category text,
  sort_order text NOT NULL,
  created_at timestamp NOT NULL DEFAULT now(),
  updated_at timestamp NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS wishlist_items_user_id ON wishlist_items (user_id);
CREATE INDEX IF NOT EXISTS moc_instructions_user_id ON moc_instructions (user_id);
CREATE INDEX IF NOT EXISTS gallery_images_user_id ON gallery_images (user_id);
CREATE INDEX IF NOT EXISTS moc_files_moc_id ON moc_files (moc_id);
CREATE INDEX IF NOT EXISTS moc_parts_lists_moc_id ON moc_parts_lists (moc_id);
