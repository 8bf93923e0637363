-- Which mail answers which, over all mails of the archive.
CREATE TABLE raw.threads (
    document_id VARCHAR PRIMARY KEY,
    thread_id VARCHAR NOT NULL,
    parent_document_id VARCHAR,
    depth INTEGER NOT NULL
);
