-- The table of vectors had a primary key. As in m0009, DuckDB wrote the end of it again at each checkpoint: up to 188 MB.
CREATE TABLE raw.unindexed (text_hash VARCHAR NOT NULL, model VARCHAR NOT NULL, vector FLOAT[] NOT NULL);
INSERT INTO raw.unindexed SELECT text_hash, model, vector FROM raw.vectors;
DROP TABLE raw.vectors;
ALTER TABLE raw.unindexed RENAME TO vectors;
