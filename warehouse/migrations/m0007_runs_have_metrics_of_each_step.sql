-- What each step of a run did and what it took; older runs have the seconds alone.
ALTER TABLE raw.runs ADD COLUMN steps JSON;
