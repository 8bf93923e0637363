with documents as (
    select * from {{ ref('stg_documents') }}
),

mails as (
    select
        document_id,
        facts ->> 'message_id' as message_id,
        facts ->> 'patch_id' as patch_id,
        lower(author) as author,
        lower(facts ->> 'author_email') as email,
        published_at - to_minutes(coalesce(utc_offset_min, 0)) as sent_at,
        case
            -- A reply has no subject of its own.
            when regexp_matches(title, '^\s*(\[[^\]]*\]\s*)*\[[^\]]*(patch|rfc)[^\]]*\]', 'i')
                then lower(trim(regexp_replace(title, '^(\s*\[[^\]]*\])+', '')))
        end as subject
    from documents
    where kind = 'mail' and (facts ->> 'content') = 'patch'
),

commits as (
    select
        document_id,
        lower(author) as author,
        lower(facts ->> 'author_email') as email,
        lower(trim(title)) as subject,
        facts ->> 'patch_id' as patch_id,
        from_json(facts -> 'patch_mails', '["VARCHAR"]') as message_ids,
        coalesce(
            try_cast(facts ->> 'committed_at' as timestamptz) at time zone 'UTC',
            published_at - to_minutes(coalesce(utc_offset_min, 0))
        ) as committed_at
    from documents
    where kind = 'commit'
),

linked as (
    select distinct
        mails.document_id,
        named.commit_id
    from (
        select
            document_id as commit_id,
            unnest(message_ids) as message_id
        from commits
    ) as named
    inner join mails on named.message_id = mails.message_id
),

same as (
    select
        mails.document_id,
        commits.document_id as commit_id
    from commits
    inner join mails on commits.patch_id = mails.patch_id
    anti join linked on mails.document_id = linked.document_id and commits.document_id = linked.commit_id
),

alike as (
    select
        mails.document_id,
        commits.document_id as commit_id
    from commits
    inner join mails
        on
            commits.subject = mails.subject
            and (commits.email = mails.email or commits.author = mails.author)
            and mails.sent_at
            between commits.committed_at - interval 400 day and commits.committed_at + interval 1 day
    where
        commits.document_id not in (select linked.commit_id from linked)
        and commits.document_id not in (select same.commit_id from same)
    qualify
        row_number() over (
            partition by commits.document_id
            order by mails.sent_at desc, mails.document_id asc
        ) = 1
)

select
    document_id,
    commit_id,
    'link' as found_by
from linked
union all
select
    document_id,
    commit_id,
    'patch' as found_by
from same
union all
select
    document_id,
    commit_id,
    'subject' as found_by
from alike
order by document_id, commit_id
