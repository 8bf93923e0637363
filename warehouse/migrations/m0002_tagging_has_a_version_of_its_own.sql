-- Mentions and dated statements are found again without reading, when what finds them changes.
ALTER TABLE raw.documents ADD COLUMN tagged_with VARCHAR;
