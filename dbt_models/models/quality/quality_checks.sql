with quality as (
    select * from {{ ref('quality') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
),

links as (
    select * from {{ ref('stg_links') }}
),

captures as (
    select * from {{ ref('stg_captures') }}
),

set_aside as (
    -- A paused list is read in the next run, and a lost capture file is not a parser's fault.
    select * from {{ ref('stg_set_aside') }}
    where reason not in ('paused', 'lost')
),

measured as (
    select
        quality.kept_share,
        quality.damage_made,
        quality.words_kept + quality.words_boilerplate - quality.words_visible as words_too_many,
        documents.kind
    from quality
    inner join documents on quality.document_id = documents.document_id
),

cited as (
    select targets.published_at > documents.published_at + interval 2 day as is_later
    from links
    inner join documents on links.document_id = documents.document_id
    inner join documents as targets on links.target_document_id = targets.document_id
    -- Pages of other kinds keep changing at the same address.
    where
        targets.kind in ('mail', 'commit', 'lwn', 'release_note')
        and documents.published_precision in ('minute', 'day')
        and targets.published_precision in ('minute', 'day')
),

counted as (
    select
        'words_lost' as check_name,
        count(*) filter (where kept_share < 0.995) as found,
        count(*) as looked_at
    from measured
    union all
    select
        'words_from_nowhere' as check_name,
        count(*) filter (where words_too_many > 0) as found,
        count(*) as looked_at
    from measured
    union all
    select
        'damage_made_in_issues' as check_name,
        count(*) filter (where damage_made > 0) as found,
        count(*) as looked_at
    from measured
    where kind = 'issue'
    union all
    select
        'damage_made_elsewhere' as check_name,
        count(*) filter (where damage_made > 0) as found,
        count(*) as looked_at
    from measured
    where kind <> 'issue'
    union all
    select
        'published_after_capture' as check_name,
        -- One day of tolerance, because the source's local time may be ahead of UTC.
        count(*) filter (where published_at > captured_at + interval 1 day) as found,
        count(published_at) as looked_at
    from documents
    union all
    select
        'cited_before_published' as check_name,
        count(*) filter (where is_later) as found,
        count(*) as looked_at
    from cited
    union all
    select
        'set_aside' as check_name,
        (select count(*) from set_aside) as found,
        (select count(*) from captures)
        + (select count(*) filter (where capture_id is null) from set_aside) as looked_at
),

limits as (
    select * from {{ ref('quality_limits') }}
)

select
    counted.check_name,
    counted.found,
    counted.looked_at,
    greatest(limits.at_least, floor(limits.share * counted.looked_at))::bigint as allowed,
    counted.found <= greatest(limits.at_least, floor(limits.share * counted.looked_at)) as is_met,
    limits.meaning
from counted
inner join limits on counted.check_name = limits.check_name
order by counted.check_name
