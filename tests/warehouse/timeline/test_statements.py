"""Reading dated statements of a release."""

import duckdb

from warehouse.timeline.statements import read_statements


def test_days_before_linux_and_days_nobody_plans_for_are_left_out() -> None:
    with duckdb.connect() as archive:
        archive.execute("CREATE TABLE documents AS SELECT 'a' AS document_id, TIMESTAMP '2009-03-12' AS published_at")
        archive.execute(
            "CREATE TABLE events AS SELECT day || '.e0' AS event_id, 'a:0' AS passage_id, 'a' AS document_id, day AS date, "
            "day AS date_end, 'day' AS precision, 'past' AS tense, true AS explicit, 'S.' AS sentence, 0 AS char_start, "
            "2 AS char_end, []::VARCHAR[] AS topics "
            "FROM (VALUES (DATE '1969-07-20'), (DATE '1994-03-14'), (DATE '2015-01-01'), (DATE '2038-01-19')) AS days(day)"
        )
        found = read_statements(archive, ["a"])
    assert [one.date.year for one in found] == [1994, 2015]
