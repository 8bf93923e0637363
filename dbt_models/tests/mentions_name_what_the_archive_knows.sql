-- Commits are not checked, because their ids are as written and there is no list of them.
with mentions as (
    select * from {{ ref('mentions') }}
),

known as (
    select
        'topic' as entity_type,
        topic_id as entity_id
    from {{ ref('topics') }}
    union all
    select
        'person' as entity_type,
        person_id as entity_id
    from {{ ref('people') }}
    union all
    select
        'project' as entity_type,
        project_id as entity_id
    from {{ ref('projects') }}
    union all
    select
        'kernel_release' as entity_type,
        version as entity_id
    from {{ ref('kernel_releases') }}
)

select
    mentions.mention_id,
    mentions.entity_type,
    mentions.entity_id
from mentions
anti join known on mentions.entity_type = known.entity_type and mentions.entity_id = known.entity_id
where mentions.entity_type <> 'commit'
