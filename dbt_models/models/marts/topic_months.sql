with recursive passage_topics as (
    select * from {{ ref('int_passage_topic_shares') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
),

topics as (
    select * from {{ ref('topics') }}
),

dated as (
    select
        passage_topics.topic_id,
        passage_topics.passage_id,
        passage_topics.document_id,
        -- A sum of decimals does not depend on the order of the rows, as one of floating-point numbers does.
        passage_topics.words::decimal(38, 18) as words,
        case when documents.kind = 'issue' then documents.document_id end as issue_id,
        date_trunc('month', documents.published_at)::date as month
    from passage_topics
    inner join documents on passage_topics.document_id = documents.document_id
    -- A year alone gives no month.
    where documents.published_at is not null and documents.published_precision is distinct from 'year'
),

{{ topic_members() }},

levels as (
    select
        dated.* exclude (topic_id),
        coalesce(members.topic_id, dated.topic_id) as topic_id,
        case when members.topic_id <> dated.topic_id then 'parent' else 'leaf' end as level
    from dated
    left join members on dated.topic_id = members.member_id
),

totals as (
    select
        month,
        sum(words) as words
    from dated
    group by month
)

select
    levels.topic_id,
    levels.month,
    count(distinct levels.passage_id) as passages,
    count(distinct levels.document_id) as documents,
    count(distinct levels.issue_id) as issues,
    round(sum(levels.words)::double / totals.words::double, 12) as share,
    levels.level,
    round(sum(levels.words)::double, 6) as words
from levels
inner join totals on levels.month = totals.month
where totals.words > 0
group by levels.topic_id, levels.month, levels.level, totals.words
order by levels.topic_id, levels.month
