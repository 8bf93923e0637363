-- A link to gmane names a mail by group and article number; what these were resolved to is kept.
CREATE TABLE raw.message_ids (
    key VARCHAR NOT NULL,
    message_id VARCHAR,
    found_how VARCHAR NOT NULL,
    found_in VARCHAR NOT NULL,
    found_at TIMESTAMP NOT NULL,
    PRIMARY KEY (key)
);
