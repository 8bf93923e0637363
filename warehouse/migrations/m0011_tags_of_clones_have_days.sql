-- Days of kernel releases that are newer than the seed come from the tags of a clone.
CREATE TABLE raw.release_tags (
    version VARCHAR PRIMARY KEY,
    released_on DATE NOT NULL,
    source VARCHAR NOT NULL
);
