"""A BEIR collection as an archive's search files, to check that words and vectors are wired correctly."""

import gzip
import json
from pathlib import Path

import duckdb
import pyarrow

from warehouse.encoding.encoder import open_encoder
from warehouse.encoding.models import TokenCounter, find_model
from warehouse.encoding.passages import passage_context, split_passages, text_to_encode
from warehouse.search import build_search_files, write_floor
from warehouse.settings import Settings

EMPTY = """
CREATE TABLE links (document_id VARCHAR, target_document_id VARCHAR, sentence VARCHAR);
CREATE TABLE mentions (document_id VARCHAR, entity_type VARCHAR, entity_id VARCHAR);
CREATE TABLE topics (topic_id VARCHAR, parent_id VARCHAR, name VARCHAR, aliases VARCHAR[]);
CREATE TABLE people (person_id VARCHAR, name VARCHAR, aliases VARCHAR[]);
CREATE TABLE kernel_releases (version VARCHAR, released_on DATE);
"""


def build(folder: Path, directory: Path) -> Path:
    """Write search files of `folder/corpus.jsonl.gz` into `directory`, encoding the passages; return `directory`."""
    settings = Settings()
    count_tokens = TokenCounter(find_model(settings))
    documents, passages, inputs = [], [], []
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            name, text = row["id"], row["text"]
            documents.append({"document_id": name, "kind": "page", "url": name, "title": row["title"]})
            context = passage_context(row["title"], None, count_tokens=count_tokens)
            ranges = split_passages(text, count_tokens=count_tokens, context=context)
            for position, (start, end) in enumerate(ranges):
                passages.append({"passage_id": f"{name}-{position}", "document_id": name, "position": position})
                passages[-1] |= {"section_id": name, "text": text[start:end]}
                inputs.append(text_to_encode(context, text[start:end]))
    encoder = open_encoder(settings)
    vectors = pyarrow.array(encoder.encode(inputs).reshape(-1))
    embedding = pyarrow.FixedSizeListArray.from_arrays(vectors, encoder.dimension)
    found = pyarrow.Table.from_pylist(passages).append_column("embedding", embedding)
    with duckdb.connect() as connection:
        connection.execute(EMPTY)
        connection.register("found_passages", found)
        connection.register("found_documents", pyarrow.Table.from_pylist(documents))
        connection.execute("CREATE TABLE passages AS FROM found_passages")
        connection.execute(
            "CREATE TABLE documents AS SELECT *, NULL::VARCHAR AS memento_url, NULL::VARCHAR AS author, "
            "NULL::TIMESTAMP AS published_at, NULL::VARCHAR AS site, 'en' AS language FROM found_documents"
        )
        connection.execute(
            "CREATE TABLE sections AS SELECT document_id AS section_id, document_id, 0 AS position, "
            "NULL::VARCHAR AS heading, 'body' AS role FROM found_documents"
        )
        build_search_files(connection, directory, model=encoder.name)
    write_floor(directory, encoder)
    return directory
