-- A kernel's release is called so; a release alone is one of the archive. Boilerplate and target say what their columns hold.
ALTER TABLE raw.events RENAME COLUMN release TO kernel_release;
ALTER TABLE raw.fetches RENAME COLUMN wanted_at TO target_at;
ALTER TABLE raw.quality RENAME COLUMN words_furniture TO words_boilerplate;
UPDATE raw.mentions SET entity_type = 'kernel_release' WHERE entity_type = 'release';
