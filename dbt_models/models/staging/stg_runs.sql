-- Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables
with source as (
    select * from {{ source('raw', 'runs') }}
),

renamed as (
    select
        run_id,
        started_at,
        finished_at,
        outcome,
        message,
        release_id,
        counts,
        seconds,
        steps
    from source
)

select * from renamed
