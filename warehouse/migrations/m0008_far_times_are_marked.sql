-- Times more than ten years from the day of writing were dropped; tagging again enters them.
ALTER TABLE raw.events RENAME TO old_events;
CREATE TABLE raw.events (
    event_id VARCHAR PRIMARY KEY,
    passage_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    date DATE NOT NULL,
    date_end DATE NOT NULL,
    precision VARCHAR NOT NULL,
    tense VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    kernel_release VARCHAR,
    explicit BOOLEAN NOT NULL,
    far BOOLEAN NOT NULL
);
INSERT INTO raw.events BY NAME SELECT *, false AS far FROM raw.old_events;
DROP TABLE raw.old_events;
