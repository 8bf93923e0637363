-- The pipeline's own tables: the only hand-written DDL. dbt reads `raw`, shapes it and never reads text apart.
-- Character ranges count code points of documents.text. Times: published_at on the source's clock, all others UTC.
CREATE SCHEMA IF NOT EXISTS raw;

-- What this home is: one row a fact (`home_kind` is sample or archive, `schema_version`, ...).
CREATE TABLE IF NOT EXISTS raw.home (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

-- The ledger: one row per address, with exactly one state.
CREATE TABLE IF NOT EXISTS raw.fetches (
    url VARCHAR PRIMARY KEY,           -- as it is asked for, cleaned
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    page INTEGER NOT NULL,             -- page of a feature, 1 elsewhere
    found_how VARCHAR NOT NULL,        -- warc, cdx, commoncrawl, link, mail, file, pages, captures
    found_in VARCHAR,                  -- document_id of the citing document, or the file's name
    wanted_at TIMESTAMP,               -- the capture nearest to this is wanted
    state VARCHAR NOT NULL,            -- due done gone refused paused set_aside
    attempts INTEGER NOT NULL,
    last_error VARCHAR,
    retry_at TIMESTAMP,
    reason VARCHAR,                    -- why gone, refused or set aside: a short stable word
    capture_id VARCHAR,
    updated_at TIMESTAMP NOT NULL
);

-- Where each capture lies. captures/ holds the bytes; offset is the first byte of the record
-- with the body: answers with the same body share it.
CREATE TABLE IF NOT EXISTS raw.captures (
    capture_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    page INTEGER NOT NULL,
    origin VARCHAR NOT NULL,           -- sample, the WARC file's name, wayback, commoncrawl, live, mail
    memento_url VARCHAR,
    warc VARCHAR NOT NULL,             -- file name under captures/
    "offset" BIGINT NOT NULL,
    digest VARCHAR NOT NULL,           -- sha1:BASE32 of the payload
    captured_at TIMESTAMP NOT NULL,
    status INTEGER NOT NULL,
    mime VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,             -- of the payload as sent
    parsed_with VARCHAR                -- version of what last read it (a source's own), null if never
);

-- Pages of features that have a number of their own (until 2.6.32): which issue they belong to, as which page.
CREATE TABLE IF NOT EXISTS raw.feature_pages (
    key VARCHAR PRIMARY KEY,
    lead_key VARCHAR NOT NULL,
    page INTEGER NOT NULL
);

-- What could not be read or fetched, and why: one row per thing refused.
CREATE TABLE IF NOT EXISTS raw.set_aside (
    url VARCHAR NOT NULL,
    step VARCHAR NOT NULL,             -- discover, fetch, parse
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    capture_id VARCHAR,
    parser_version VARCHAR,
    tries INTEGER,                     -- builds that tried it and had no time; null for other reasons
    PRIMARY KEY (url, step)
);

CREATE TABLE IF NOT EXISTS raw.documents (
    document_id VARCHAR PRIMARY KEY,   -- kind and number, or kind and a hash of the key
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    aliases VARCHAR[] NOT NULL,        -- other keys under which the same thing is linked
    memento_url VARCHAR,
    site VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    author VARCHAR,
    published_at TIMESTAMP,
    utc_offset_min INTEGER,
    published_precision VARCHAR,       -- minute day month year
    published_from VARCHAR,            -- printed header meta url capture
    captured_at TIMESTAMP NOT NULL,
    language VARCHAR NOT NULL,
    words INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    facts JSON NOT NULL,
    parser_version VARCHAR NOT NULL,
    capture_ids VARCHAR[] NOT NULL,
    tagged_with VARCHAR                -- version of what found its mentions and dated statements
);

CREATE TABLE IF NOT EXISTS raw.issues (
    document_id VARCHAR PRIMARY KEY,
    series VARCHAR NOT NULL,
    kernel_version VARCHAR,
    part INTEGER,
    area VARCHAR,
    lead VARCHAR,
    pages INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.sections (
    section_id VARCHAR PRIMARY KEY,    -- document_id, '.', position
    document_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    heading VARCHAR,
    role VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.items (
    item_id VARCHAR PRIMARY KEY,
    section_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    group_position INTEGER NOT NULL,
    position INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.passages (
    passage_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    section_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,         -- in the document
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    context VARCHAR NOT NULL,          -- title and heading put in front when encoding
    words INTEGER NOT NULL,
    text_hash VARCHAR NOT NULL         -- of context and text: names its vector
);

CREATE TABLE IF NOT EXISTS raw.links (
    link_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    section_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    anchor VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    href VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    status VARCHAR NOT NULL,           -- archived live dead blocked not_tried
    target_document_id VARCHAR
);

CREATE TABLE IF NOT EXISTS raw.mentions (
    mention_id VARCHAR PRIMARY KEY,
    passage_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    entity_type VARCHAR NOT NULL,      -- topic person release commit project
    entity_id VARCHAR NOT NULL,
    surface VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.events (
    event_id VARCHAR PRIMARY KEY,
    passage_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    date DATE NOT NULL,
    date_end DATE NOT NULL,
    precision VARCHAR NOT NULL,        -- day week month year
    tense VARCHAR NOT NULL,            -- past present expected
    explicit BOOLEAN NOT NULL,         -- false: no time expression, so the document's own day
    sentence VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    release VARCHAR                    -- kernel release the date came from or the sentence names
);

-- How faithfully each page was read (words counted by an independent walk of the page).
CREATE TABLE IF NOT EXISTS raw.quality (
    document_id VARCHAR PRIMARY KEY,
    words_visible INTEGER NOT NULL,
    words_kept INTEGER NOT NULL,
    words_furniture INTEGER NOT NULL,
    words_lost VARCHAR[] NOT NULL,     -- the first twenty
    damage_made INTEGER NOT NULL,      -- signatures our text has and the page has not
    damage_found INTEGER NOT NULL      -- signatures the page itself has
);

-- One vector per text and model; half precision would save space but FLOAT is what SQL users can compute with.
CREATE TABLE IF NOT EXISTS raw.vectors (
    text_hash VARCHAR NOT NULL,
    model VARCHAR NOT NULL,            -- name, revision, dimension and precision
    vector FLOAT[] NOT NULL,
    PRIMARY KEY (text_hash, model)
);

-- Documents that `klog forget` took out, by address key; they stay out.
CREATE TABLE IF NOT EXISTS raw.forgotten (
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    forgotten_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Documents that are another document at another address: the other stands for both.
CREATE TABLE IF NOT EXISTS raw.mirrors (
    document_id VARCHAR PRIMARY KEY,
    same_as VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS raw.runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    outcome VARCHAR NOT NULL,          -- running done failed paused stopped
    message VARCHAR,
    release_id VARCHAR,
    counts JSON NOT NULL,
    seconds JSON NOT NULL              -- seconds per step
);
