-- What a release adds to the marts for people who ask in SQL: a table of postings, views and macros. It runs in the release's own
-- file, and whoever opens the file with any DuckDB from 1.5 on has them.

CREATE TABLE postings AS
WITH words AS (
    SELECT document_id, unnest(regexp_extract_all(lower(concat_ws(' ', title, text)), '[\pL\pN_]+')) AS word FROM documents
),
counted AS (
    SELECT word, document_id, count(*)::INTEGER AS occurrences FROM words WHERE length(word) <= 60 GROUP BY word, document_id
)
SELECT
    word,
    document_id,
    occurrences,
    sum(occurrences) OVER (PARTITION BY document_id)::INTEGER AS document_words,
    count(*) OVER (PARTITION BY word)::INTEGER AS documents_with_word
FROM counted
ORDER BY word, document_id;

COMMENT ON TABLE postings IS 'One row per word and document that has it in title or text; search_words ranks by it. Key: word, document_id.';
COMMENT ON COLUMN postings.word IS 'The word in lower case: letters, digits and underscores. Example: paravirt_ops.';
COMMENT ON COLUMN postings.document_id IS 'The document. Refers to documents.document_id.';
COMMENT ON COLUMN postings.occurrences IS 'Number of times that the document has the word.';
COMMENT ON COLUMN postings.document_words IS 'Number of words of the document in this table.';
COMMENT ON COLUMN postings.documents_with_word IS 'Number of documents that have the word.';

CREATE VIEW citations AS
SELECT
    l.link_id,
    l.document_id AS citing_document_id,
    c.kind AS citing_kind,
    c.title AS citing_title,
    c.published_at AS cited_at,
    l.anchor,
    l.sentence,
    l.href,
    l.status,
    l.kind AS kind,
    t.document_id,
    t.title,
    t.published_at,
    t.url,
    t.memento_url
FROM links AS l
INNER JOIN documents AS c ON l.document_id = c.document_id
LEFT JOIN documents AS t ON l.target_document_id = t.document_id;

COMMENT ON VIEW citations IS 'One row per link of a document, with the citing document and, if the archive has it, the cited one. Key: link_id.';
COMMENT ON COLUMN citations.link_id IS 'The link. Refers to links.link_id.';
COMMENT ON COLUMN citations.citing_document_id IS 'The document that cites. Refers to documents.document_id.';
COMMENT ON COLUMN citations.citing_kind IS 'Kind of the citing document.';
COMMENT ON COLUMN citations.citing_title IS 'Title of the citing document.';
COMMENT ON COLUMN citations.cited_at IS 'When the citing document was published, in its local time; null if unknown.';
COMMENT ON COLUMN citations.anchor IS 'Text of the link.';
COMMENT ON COLUMN citations.sentence IS 'The sentence around the link.';
COMMENT ON COLUMN citations.href IS 'Cleaned address that is cited.';
COMMENT ON COLUMN citations.status IS 'archived, live, dead, blocked or not_tried, as in links.';
COMMENT ON COLUMN citations.kind IS 'Kind of what is cited, from its address.';
COMMENT ON COLUMN citations.document_id IS 'The cited document; null if the archive does not have it. Refers to documents.document_id.';
COMMENT ON COLUMN citations.title IS 'Title of the cited document; null if the archive does not have it.';
COMMENT ON COLUMN citations.published_at IS 'When the cited document was published, in its local time; null if unknown.';
COMMENT ON COLUMN citations.url IS 'Address of the cited document; null if the archive does not have it.';
COMMENT ON COLUMN citations.memento_url IS 'Address of the capture of the cited document in a web archive; null if there is none.';

CREATE VIEW link_rot_by_year_and_host AS
WITH checked AS (SELECT url, max_by(state, checked_at) AS state FROM link_checks GROUP BY url)
SELECT
    year(d.published_at) AS year,
    regexp_replace(regexp_extract(l.href, '^[a-z]+://([^/:?#]+)', 1), '^www\.', '') AS host,
    count(*) AS links,
    count(*) FILTER (l.status IN ('archived', 'live')) AS here,
    count(*) FILTER (l.status = 'dead') AS dead,
    count(*) FILTER (l.status = 'blocked') AS blocked,
    count(*) FILTER (l.status = 'not_tried') AS not_tried,
    count(*) FILTER (l.status = 'dead') / nullif(count(*) FILTER (l.status <> 'not_tried'), 0) AS dead_share,
    count(c.state) AS checked,
    count(*) FILTER (c.state = 'live') AS live_now,
    count(*) FILTER (c.state = 'live') / nullif(count(c.state), 0) AS live_now_share
FROM links AS l
INNER JOIN documents AS d ON l.document_id = d.document_id
LEFT JOIN checked AS c ON split_part(l.href, '#', 1) = c.url
GROUP BY ALL;

COMMENT ON VIEW link_rot_by_year_and_host IS 'One row per year of the citing documents and cited host: what became of the links. Key: year, host.';
COMMENT ON COLUMN link_rot_by_year_and_host.year IS 'Year in which the citing documents were published; null if unknown.';
COMMENT ON COLUMN link_rot_by_year_and_host.host IS 'Host of the cited addresses, without www. Example: lkml.org.';
COMMENT ON COLUMN link_rot_by_year_and_host.links IS 'Number of links.';
COMMENT ON COLUMN link_rot_by_year_and_host.here IS 'Number of links whose target is in this archive.';
COMMENT ON COLUMN link_rot_by_year_and_host.dead IS 'Number of links whose target is no longer available anywhere.';
COMMENT ON COLUMN link_rot_by_year_and_host.blocked IS 'Number of links whose target may not be fetched.';
COMMENT ON COLUMN link_rot_by_year_and_host.not_tried IS 'Number of links whose target was not asked for.';
COMMENT ON COLUMN link_rot_by_year_and_host.dead_share IS 'Share of the dead among the links whose target was asked for, from 0 to 1; null if none was.';
COMMENT ON COLUMN link_rot_by_year_and_host.checked IS 'Number of links whose address was asked for on the live web (klog build --check-links).';
COMMENT ON COLUMN link_rot_by_year_and_host.live_now IS 'Number of links whose address answered at its last check.';
COMMENT ON COLUMN link_rot_by_year_and_host.live_now_share IS 'Share of these among the checked, from 0 to 1; null if none was checked.';

CREATE VIEW completeness AS
SELECT state, count(*)::INTEGER AS issues
FROM known_issues
GROUP BY ALL;

COMMENT ON VIEW completeness IS 'One row per state of the known issues of the column: how many are found, gone, due and so on. Key: state.';
COMMENT ON COLUMN completeness.state IS 'State of the issues, as in known_issues.';
COMMENT ON COLUMN completeness.issues IS 'Number of known issues in that state.';

CREATE VIEW named AS
SELECT 'topic' AS entity_type, topic_id AS entity_id, name, aliases FROM topics
UNION ALL SELECT 'person', person_id, name, aliases FROM people
UNION ALL SELECT 'project', project_id, name, aliases FROM projects
UNION ALL SELECT 'kernel_release', version, 'Linux ' || version, [] FROM kernel_releases;

COMMENT ON VIEW named IS 'One row per topic, person, project and kernel release that the archive knows. Key: entity_type, entity_id.';
COMMENT ON COLUMN named.entity_type IS 'topic, person, project or kernel_release, as in mentions.';
COMMENT ON COLUMN named.entity_id IS 'Its id, as in mentions.';
COMMENT ON COLUMN named.name IS 'Display name.';
COMMENT ON COLUMN named.aliases IS 'Other spellings.';

CREATE VIEW co_mentions AS
WITH each_once AS (SELECT DISTINCT passage_id, document_id, entity_type, entity_id FROM mentions)
SELECT
    a.entity_type,
    a.entity_id,
    b.entity_type AS other_type,
    b.entity_id AS other_id,
    count(*) AS passages,
    count(DISTINCT a.document_id) AS documents,
    min(d.published_at) AS first_at,
    max(d.published_at) AS last_at
FROM each_once AS a
INNER JOIN each_once AS b
    ON a.passage_id = b.passage_id AND (a.entity_type, a.entity_id) <> (b.entity_type, b.entity_id)
INNER JOIN documents AS d ON a.document_id = d.document_id
GROUP BY ALL;

COMMENT ON VIEW co_mentions IS 'One row per ordered pair of things that a passage names together; each pair stands here in both orders. Key: entity_type, entity_id, other_type, other_id.';
COMMENT ON COLUMN co_mentions.entity_type IS 'Type of the first thing: topic, person, kernel_release, commit or project.';
COMMENT ON COLUMN co_mentions.entity_id IS 'Id of the first thing, as in mentions.';
COMMENT ON COLUMN co_mentions.other_type IS 'Type of the other thing.';
COMMENT ON COLUMN co_mentions.other_id IS 'Id of the other thing.';
COMMENT ON COLUMN co_mentions.passages IS 'Number of passages that name both.';
COMMENT ON COLUMN co_mentions.documents IS 'Number of documents with such a passage.';
COMMENT ON COLUMN co_mentions.first_at IS 'When the first of them was published; null if unknown.';
COMMENT ON COLUMN co_mentions.last_at IS 'When the last of them was published; null if unknown.';

CREATE VIEW first_mentions AS
SELECT
    m.entity_type,
    m.entity_id,
    any_value(n.name) AS name,
    min(d.published_at) AS published_at,
    arg_min(m.mention_id, (d.published_at, m.mention_id)) AS mention_id,
    arg_min(d.document_id, (d.published_at, m.mention_id)) AS document_id,
    arg_min(d.title, (d.published_at, m.mention_id)) AS title,
    arg_min(d.url, (d.published_at, m.mention_id)) AS url,
    count(DISTINCT m.document_id) AS documents
FROM mentions AS m
INNER JOIN documents AS d ON m.document_id = d.document_id AND d.published_at IS NOT NULL
LEFT JOIN named AS n ON m.entity_type = n.entity_type AND m.entity_id = n.entity_id
GROUP BY m.entity_type, m.entity_id;

COMMENT ON VIEW first_mentions IS 'One row per thing that is named in a dated document: where it is named first. Key: entity_type, entity_id.';
COMMENT ON COLUMN first_mentions.entity_type IS 'topic, person, kernel_release, commit or project.';
COMMENT ON COLUMN first_mentions.entity_id IS 'Its id, as in mentions.';
COMMENT ON COLUMN first_mentions.name IS 'Display name; null for a commit.';
COMMENT ON COLUMN first_mentions.published_at IS 'When the first document that names it was published, in its local time.';
COMMENT ON COLUMN first_mentions.mention_id IS 'The first mention. Refers to mentions.mention_id.';
COMMENT ON COLUMN first_mentions.document_id IS 'The document of that mention. Refers to documents.document_id.';
COMMENT ON COLUMN first_mentions.title IS 'Title of that document.';
COMMENT ON COLUMN first_mentions.url IS 'Address of that document.';
COMMENT ON COLUMN first_mentions.documents IS 'Number of dated documents that name it.';

CREATE VIEW expectations AS
WITH said AS (
    SELECT e.*, d.published_at FROM events AS e INNER JOIN documents AS d ON e.document_id = d.document_id
),
-- The first later report of the past on the same kernel release and all its topics.
reported AS (
    SELECT
        e.event_id,
        arg_min(o.event_id, (o.published_at, o.event_id)) AS later_event_id,
        arg_min(o.sentence, (o.published_at, o.event_id)) AS later_sentence
    FROM said AS e
    INNER JOIN said AS o
        ON e.kernel_release = o.kernel_release AND o.tense = 'past' AND e.document_id <> o.document_id
        AND o.published_at > e.published_at AND len(e.topics) > 0 AND list_has_all(o.topics, e.topics)
    WHERE e.tense = 'expected'
    GROUP BY e.event_id
)
SELECT
    e.event_id,
    e.document_id,
    e.published_at,
    e.sentence,
    e.date AS expected_from,
    e.date_end AS expected_to,
    e.explicit,
    e.topics,
    e.kernel_release,
    r.released_on,
    -- A statement whose only time is the number of the release has the day of the release, which tells nothing.
    CASE WHEN e.explicit AND (e.date, e.date_end) <> (r.released_on, r.released_on) THEN r.released_on - e.date_end END AS days_late,
    CASE
        WHEN e.explicit AND (e.date, e.date_end) <> (r.released_on, r.released_on)
            THEN r.released_on BETWEEN e.date AND e.date_end
    END AS came_true,
    o.later_event_id,
    o.later_sentence
FROM said AS e
LEFT JOIN kernel_releases AS r ON e.kernel_release = r.version
LEFT JOIN reported AS o ON e.event_id = o.event_id
WHERE e.tense = 'expected';

COMMENT ON VIEW expectations IS 'One row per statement about what was still expected, with what came of it as far as the archive tells. Key: event_id.';
COMMENT ON COLUMN expectations.event_id IS 'The statement. Refers to events.event_id.';
COMMENT ON COLUMN expectations.document_id IS 'Its document. Refers to documents.document_id.';
COMMENT ON COLUMN expectations.published_at IS 'When the document was published, in its local time; null if unknown.';
COMMENT ON COLUMN expectations.sentence IS 'The sentence as in the document.';
COMMENT ON COLUMN expectations.expected_from IS 'First day of the time that it names, or the day of its document.';
COMMENT ON COLUMN expectations.expected_to IS 'Last day of that time.';
COMMENT ON COLUMN expectations.explicit IS 'False if the sentence names no time.';
COMMENT ON COLUMN expectations.topics IS 'Topics that it names.';
COMMENT ON COLUMN expectations.kernel_release IS 'Kernel release that it names; null if none. Refers to kernel_releases.version.';
COMMENT ON COLUMN expectations.released_on IS 'Day on which that release appeared; null if unknown.';
COMMENT ON COLUMN expectations.days_late IS 'Days from the end of the expected time to that day, negative if it came earlier; null if the sentence names no release, or no time other than that of the release.';
COMMENT ON COLUMN expectations.came_true IS 'Whether the release that it names appeared in the time that it names; null where days_late is. The sentence may expect something else of the release than its appearance.';
COMMENT ON COLUMN expectations.later_event_id IS 'The first later statement about the past, in another document, that names the same release and all its topics, and may tell what came of it; null if there is none. Refers to events.event_id.';
COMMENT ON COLUMN expectations.later_sentence IS 'The sentence of that statement.';

CREATE VIEW authors AS
WITH spelled AS (
    SELECT person_id, unnest(list_prepend(name, aliases)) AS spelling FROM people
),
-- A spelling that several people share names nobody.
certain AS (
    SELECT lower(spelling) AS spelling, any_value(person_id) AS person_id FROM spelled GROUP BY ALL HAVING count(DISTINCT person_id) = 1
)
SELECT d.document_id, d.author, p.person_id, p.name
FROM documents AS d
INNER JOIN certain AS c ON lower(trim(d.author)) = c.spelling
INNER JOIN people AS p ON c.person_id = p.person_id;

COMMENT ON VIEW authors IS 'One row per document whose author is one of the people. Key: document_id.';
COMMENT ON COLUMN authors.document_id IS 'The document. Refers to documents.document_id.';
COMMENT ON COLUMN authors.author IS 'The author as printed.';
COMMENT ON COLUMN authors.person_id IS 'The person. Refers to people.person_id.';
COMMENT ON COLUMN authors.name IS 'The name of the person as usually printed.';

-- BM25 with k1 = 1.2 and b = 0.75. Source: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, section 3.4.
CREATE MACRO search_words(q) AS TABLE
WITH asked AS (
    SELECT DISTINCT unnest(regexp_extract_all(lower(q), '[\pL\pN_]+')) AS word
),
sizes AS (
    SELECT count(*) AS documents, avg(of_document.document_words) AS document_words
    FROM (SELECT any_value(postings.document_words) AS document_words FROM postings GROUP BY postings.document_id) AS of_document
),
scored AS (
    SELECT
        p.document_id,
        sum(
            ln(1 + (s.documents - p.documents_with_word + 0.5) / (p.documents_with_word + 0.5))
            * p.occurrences * 2.2 / (p.occurrences + 1.2 * (0.25 + 0.75 * p.document_words / s.document_words))
        ) AS score
    FROM postings AS p
    INNER JOIN asked AS a ON p.word = a.word
    CROSS JOIN sizes AS s
    GROUP BY p.document_id
)
SELECT d.document_id, d.kind, d.title, d.published_at, d.url, round(s.score, 6) AS score
FROM scored AS s
INNER JOIN documents AS d ON s.document_id = d.document_id
ORDER BY s.score DESC, d.document_id;

CREATE MACRO similar_to(of_document) AS TABLE
WITH near AS (
    SELECT
        other.document_id,
        own.passage_id,
        max(array_cosine_similarity(own.embedding, other.embedding)) AS similarity
    FROM passages AS own
    INNER JOIN passages AS other ON own.document_id <> other.document_id
    WHERE own.document_id = of_document
    GROUP BY other.document_id, own.passage_id
)
SELECT d.document_id, d.kind, d.title, d.published_at, d.url, round(avg(n.similarity), 6) AS similarity
FROM near AS n
INNER JOIN documents AS d ON n.document_id = d.document_id
GROUP BY ALL
ORDER BY similarity DESC, d.document_id;

CREATE MACRO topic_curve(topic) AS TABLE
SELECT m.month, m.share, m.words, m.passages, m.documents, m.issues
FROM topic_months AS m
WHERE m.topic_id = topic
ORDER BY m.month;

CREATE MACRO timeline_of(topic) AS TABLE
WITH meant AS (
    SELECT t.topic_id FROM topics AS t WHERE t.topic_id = topic OR t.parent_id = topic
)
SELECT
    e.date, e.date_end, e.precision, e.tense, e.sentence, d.document_id, d.kind, d.title, d.url, d.memento_url, d.published_at
FROM events AS e
INNER JOIN documents AS d ON e.document_id = d.document_id
WHERE list_has_any(e.topics, (SELECT list(meant.topic_id) FROM meant))
ORDER BY e.date, e.event_id;

CREATE MACRO mentions_of(asked_name) AS TABLE
WITH meant AS (
    SELECT n.entity_type, n.entity_id FROM named AS n
    WHERE lower(asked_name) IN (lower(n.entity_id), lower(n.name)) OR list_contains(list_transform(n.aliases, one -> lower(one)), lower(asked_name))
)
SELECT
    d.published_at, m.entity_type, m.entity_id, m.surface, p.text AS passage, d.document_id, d.kind, d.title, d.url, d.memento_url,
    m.char_start, m.char_end
FROM mentions AS m
INNER JOIN meant ON m.entity_type = meant.entity_type AND m.entity_id = meant.entity_id
INNER JOIN passages AS p ON m.passage_id = p.passage_id
INNER JOIN documents AS d ON m.document_id = d.document_id
ORDER BY d.published_at NULLS LAST, m.mention_id;

COMMENT ON MACRO TABLE search_words IS 'Documents ranked by the words of a question (BM25 over postings; words as written, without stems): search_words(''xen dom0'').';
COMMENT ON MACRO TABLE similar_to IS 'Documents by their likeness in meaning to a document, 1 for the same: similar_to(''lwn-321696'').';
COMMENT ON MACRO TABLE topic_curve IS 'The months of a topic and its share of the text, from 0 to 1: topic_curve(''xen'').';
COMMENT ON MACRO TABLE timeline_of IS 'The dated statements that name a topic or one below it, in order of date: timeline_of(''xen'').';
COMMENT ON MACRO TABLE mentions_of IS 'The passages that name a topic, person, project or kernel release, by id, name or alias, in order of time: mentions_of(''Ted Ts''''o'').';
