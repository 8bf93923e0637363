with events as (
    select * from {{ ref('stg_events') }}
),

mentions as (
    select * from {{ ref('stg_mentions') }}
),

named as (
    select
        events.event_id,
        list_sort(
            list(distinct mentions.entity_id) filter (where mentions.entity_type = 'topic')
        ) as topics,
        list_sort(
            list(distinct mentions.entity_id) filter (where mentions.entity_type = 'kernel_release')
        ) as versions,
        list_sort(
            list(distinct mentions.entity_id) filter (where mentions.entity_type = 'person')
        ) as people
    from events
    inner join mentions
        on
            events.passage_id = mentions.passage_id
            and events.char_start <= mentions.char_start
            and events.char_end >= mentions.char_end
    group by events.event_id
)

select
    events.* replace (
        -- A document dated by month or year only may have been published on any day of it.
        case
            when events.explicit then events.date_end
            when events.precision = 'month' then last_day(events.date)
            when events.precision = 'year' then make_date(year(events.date), 12, 31)
            else events.date_end
        end as date_end
    ),
    coalesce(named.topics, []) as topics,
    coalesce(named.versions, []) as versions,
    coalesce(named.people, []) as people
from events
left join named on events.event_id = named.event_id
order by events.document_id, events.char_start, events.event_id
