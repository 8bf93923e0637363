-- What became of cited addresses on the live web, check by check.
CREATE TABLE raw.link_checks (
    url VARCHAR NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR,
    moved_to VARCHAR,
    PRIMARY KEY (url, checked_at)
);
