-- Ranges of texts are tested for documents that were loaded since the last test that passed.
CREATE TABLE raw.checked (
    document_id VARCHAR NOT NULL,
    passed_at TIMESTAMP NOT NULL
);
