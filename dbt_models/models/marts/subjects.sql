with mentions as (
    select * from {{ ref('stg_mentions') }}
    where entity_type <> 'commit'
),

documents as (
    select * from {{ ref('stg_documents') }}
),

passages as (
    select * from {{ ref('stg_passages') }}
),

sections as (
    select * from {{ ref('stg_sections') }}
),

placed as (
    select
        mentions.*,
        passages.section_id,
        coalesce(sections.role = 'lead', false) or passages.position = 0 as is_lead
    from mentions
    inner join passages on mentions.passage_id = passages.passage_id
    left join sections on passages.section_id = sections.section_id
),

counted as (
    select
        document_id,
        entity_type,
        entity_id,
        count(*) as mentions,
        bool_or(is_lead) as in_lead,
        count(*) / sum(count(*)) over (partition by document_id, entity_type) as share
    from placed
    group by document_id, entity_type, entity_id
),

-- The spelling found in the text is looked for in titles and headings.
spelled as (
    select distinct
        document_id,
        section_id,
        entity_type,
        entity_id,
        surface
    from placed
),

titled as (
    select distinct
        spelled.document_id,
        spelled.entity_type,
        spelled.entity_id
    from spelled
    inner join documents on spelled.document_id = documents.document_id
    where {{ has_whole_word('documents.title', 'spelled.surface', 'spelled.entity_type') }}
),

headed as (
    select distinct
        spelled.document_id,
        spelled.entity_type,
        spelled.entity_id
    from spelled
    inner join sections on spelled.section_id = sections.section_id
    where {{ has_whole_word('sections.heading', 'spelled.surface', 'spelled.entity_type') }}
),

judged as (
    select
        counted.*,
        case
            when titled.document_id is not null then 'title'
            when headed.document_id is not null then 'heading'
            when counted.in_lead and counted.mentions >= 2 then 'lead'
            when counted.mentions >= 3 and counted.share >= 0.2 then 'share'
        end as reason
    from counted
    left join titled
        on
            counted.document_id = titled.document_id
            and counted.entity_type = titled.entity_type
            and counted.entity_id = titled.entity_id
    left join headed
        on
            counted.document_id = headed.document_id
            and counted.entity_type = headed.entity_type
            and counted.entity_id = headed.entity_id
)

select
    document_id,
    entity_type,
    entity_id,
    reason,
    mentions,
    round(share, 6) as share
from judged
where reason is not null
order by document_id, entity_type, entity_id
