-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
-- The descriptions say what each column means. A change needs a migration, too.
CREATE SCHEMA IF NOT EXISTS raw;

-- One row per stored response of a web server or archive. Invariant: one location has one digest; responses with the
-- same body share the location of the first of them.
CREATE TABLE IF NOT EXISTS raw.captures (
    capture_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    page INTEGER NOT NULL,
    origin VARCHAR NOT NULL,
    warc VARCHAR NOT NULL,
    "offset" BIGINT NOT NULL,
    digest VARCHAR NOT NULL,
    captured_at TIMESTAMP NOT NULL,
    status INTEGER NOT NULL,
    mime VARCHAR NOT NULL,
    bytes BIGINT NOT NULL,
    memento_url VARCHAR,
    parsed_with VARCHAR
);

-- One row per document whose rows passed the tests of their ranges, and have not been loaded since; only others are
-- tested again.
CREATE TABLE IF NOT EXISTS raw.checked (
    document_id VARCHAR NOT NULL,
    passed_at TIMESTAMP NOT NULL
);

-- One row per document: an issue with all its pages, a mail, a commit, an article, any page. Invariant: the texts of
-- its sections, each counted once, are never longer than its text.
CREATE TABLE IF NOT EXISTS raw.documents (
    document_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    memento_url VARCHAR,
    site VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    author VARCHAR,
    published_at TIMESTAMP,
    utc_offset_min INTEGER,
    published_precision VARCHAR,
    captured_at TIMESTAMP NOT NULL,
    language VARCHAR NOT NULL,
    words INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    parser_version VARCHAR NOT NULL,
    published_from VARCHAR,
    facts JSON NOT NULL,
    aliases VARCHAR[] NOT NULL,
    capture_ids VARCHAR[] NOT NULL,
    tagged_with VARCHAR
);

-- One row per dated statement: a sentence and a time it refers to, or its document's own day. Invariant: the sentence
-- is the text at its range, and its days are in order.
CREATE TABLE IF NOT EXISTS raw.events (
    event_id VARCHAR NOT NULL,
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

-- One row per page of a feature with a separate number (until 2.6.32): the issue it belongs to, and its page number
-- there.
CREATE TABLE IF NOT EXISTS raw.feature_pages (
    key VARCHAR PRIMARY KEY,
    lead_key VARCHAR NOT NULL,
    page INTEGER NOT NULL
);

-- One row per address and its state. Invariant: a done address has a capture, a paused one a time, and a gone, refused
-- or set aside one a reason.
CREATE TABLE IF NOT EXISTS raw.fetches (
    url VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    page INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    last_error VARCHAR,
    retry_at TIMESTAMP,
    reason VARCHAR,
    found_how VARCHAR NOT NULL,
    found_in VARCHAR,
    target_at TIMESTAMP,
    capture_id VARCHAR,
    updated_at TIMESTAMP NOT NULL
);

-- One row per document that `klog forget` removed, by kind and key; it is not fetched or read again.
CREATE TABLE IF NOT EXISTS raw.forgotten (
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    forgotten_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, key)
);

-- One row per fact about this home.
CREATE TABLE IF NOT EXISTS raw.home (
    name VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);

-- One row per Kernel Log issue: the facts that only issues have. Invariant: as many rows as documents of kind issue.
CREATE TABLE IF NOT EXISTS raw.issues (
    document_id VARCHAR NOT NULL,
    series VARCHAR NOT NULL,
    kernel_version VARCHAR,
    part INTEGER,
    area VARCHAR,
    lead VARCHAR,
    pages INTEGER NOT NULL
);

-- One row per bullet of a section. Invariant: its text is the text at its range, which is inside its section's range.
CREATE TABLE IF NOT EXISTS raw.items (
    item_id VARCHAR NOT NULL,
    section_id VARCHAR NOT NULL,
    group_position INTEGER NOT NULL,
    position INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL
);

-- One row per check of a cited address on the live web. Invariant: an address that answers has no reason, and all
-- others have one.
CREATE TABLE IF NOT EXISTS raw.link_checks (
    url VARCHAR NOT NULL,
    checked_at TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL,
    reason VARCHAR,
    moved_to VARCHAR,
    PRIMARY KEY (url, checked_at)
);

-- One row per link in a document. Invariant: a link has a target exactly when it is archived or live.
CREATE TABLE IF NOT EXISTS raw.links (
    link_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    section_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    anchor VARCHAR NOT NULL,
    clause VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    href VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    target_document_id VARCHAR
);

-- One row per mention of a name in a passage. Invariant: the name is the text at its range, inside its passage's range.
CREATE TABLE IF NOT EXISTS raw.mentions (
    mention_id VARCHAR NOT NULL,
    passage_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    entity_type VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    surface VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL
);

-- One row per number of a mail at gmane that was resolved, with its Message-ID.
CREATE TABLE IF NOT EXISTS raw.message_ids (
    key VARCHAR PRIMARY KEY,
    message_id VARCHAR,
    found_how VARCHAR NOT NULL,
    found_in VARCHAR NOT NULL,
    found_at TIMESTAMP NOT NULL
);

-- One row per document that is a copy of another at another address: the other represents both.
CREATE TABLE IF NOT EXISTS raw.mirrors (
    document_id VARCHAR PRIMARY KEY,
    same_as VARCHAR NOT NULL
);

-- One row per passage: a piece of a section, cut at sentence ends, that is encoded and searched. Invariant: its text is
-- the text at its range, inside its section's range, and the passages of a document do not overlap.
CREATE TABLE IF NOT EXISTS raw.passages (
    passage_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    section_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    context VARCHAR NOT NULL,
    words INTEGER NOT NULL,
    text_hash VARCHAR NOT NULL
);

-- One row per document whose words were counted: how completely it was read, by an independent walk of the page.
-- Invariant: no count is negative; quality_checks compares kept and left out words with those on the page.
CREATE TABLE IF NOT EXISTS raw.quality (
    document_id VARCHAR NOT NULL,
    words_visible INTEGER NOT NULL,
    words_boilerplate INTEGER NOT NULL,
    words_kept INTEGER NOT NULL,
    words_lost VARCHAR[] NOT NULL,
    damage_made INTEGER NOT NULL,
    damage_found INTEGER NOT NULL
);

-- One row per kernel release or release candidate that a clone given by `--git` has a signed or annotated tag of.
CREATE TABLE IF NOT EXISTS raw.release_tags (
    version VARCHAR PRIMARY KEY,
    released_on DATE NOT NULL,
    source VARCHAR NOT NULL
);

-- One row per run of the flow. Invariant: a finished run ended no earlier than it began.
CREATE TABLE IF NOT EXISTS raw.runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    outcome VARCHAR NOT NULL,
    message VARCHAR,
    release_id VARCHAR,
    counts JSON NOT NULL,
    seconds JSON NOT NULL,
    steps JSON
);

-- One row per section of a document, in reading order. Invariant: sections of a document do not overlap, and the text
-- of each is the text at its range.
CREATE TABLE IF NOT EXISTS raw.sections (
    section_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    heading VARCHAR,
    role VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL
);

-- One row per address and step that could not be found, fetched or read, with the reason.
CREATE TABLE IF NOT EXISTS raw.set_aside (
    url VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    capture_id VARCHAR,
    parser_version VARCHAR,
    tries INTEGER,
    PRIMARY KEY (url, step)
);

-- One row per mail and its place in its thread, a mail alone included. Invariant: a mail without others above it has
-- depth 0, and the positions in a thread are 0, 1, 2 and so on.
CREATE TABLE IF NOT EXISTS raw.threads (
    document_id VARCHAR PRIMARY KEY,
    thread_id VARCHAR NOT NULL,
    parent_document_id VARCHAR,
    depth INTEGER NOT NULL
);

-- One row per text and model.
CREATE TABLE IF NOT EXISTS raw.vectors (
    text_hash VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL
);
