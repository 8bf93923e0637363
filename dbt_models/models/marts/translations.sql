with documents as (
    select
        document_id,
        language,
        published_at
    from {{ ref('stg_documents') }}
    where kind = 'issue' and language in ('de', 'en')
),

issues as (
    select * from {{ ref('stg_issues') }}
    where kernel_version is not null and (series = 'What''s new' or part is not null)
),

links as (
    select distinct
        document_id,
        target_document_id
    from {{ ref('stg_links') }}
    where target_document_id is not null
),

pairs as (
    select
        english.document_id,
        german.document_id as original_id,
        'links' as found_by
    from documents as german
    inner join links as ours on german.document_id = ours.document_id
    inner join links as theirs
        on ours.document_id = theirs.target_document_id and ours.target_document_id = theirs.document_id
    inner join documents as english on ours.target_document_id = english.document_id
    where german.language = 'de' and english.language = 'en'
    union all
    select
        english.document_id,
        german.document_id as original_id,
        'release' as found_by
    from documents as german
    inner join issues as ours on german.document_id = ours.document_id
    inner join issues as theirs
        on
            ours.series = theirs.series
            and ours.kernel_version = theirs.kernel_version
            and ours.part is not distinct from theirs.part
    inner join documents as english
        on
            theirs.document_id = english.document_id
            and english.published_at
            between german.published_at - interval 7 day and german.published_at + interval 7 day
    where german.language = 'de' and english.language = 'en'
),

counted as (
    select
        document_id,
        original_id,
        found_by,
        count(*) over (partition by document_id, found_by) as originals,
        count(*) over (partition by original_id, found_by) as versions,
        found_by = 'release' and bool_or(found_by = 'links') over (partition by document_id) as has_links,
        found_by = 'release' and bool_or(found_by = 'links') over (partition by original_id) as is_linked
    from pairs
)

select
    document_id,
    original_id,
    found_by
from counted
where originals = 1 and versions = 1 and not has_links and not is_linked
order by document_id
