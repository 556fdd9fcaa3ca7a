{# grain: one row per submission and time during which it counted #}

{# A version counts from its receipt until the receipt of the next higher number; one
   that came after a higher number never did. Where something was withdrawn, intake has
   decided it anew for each moment and kept the times. #}
with

stg_raw__submissions as (

    select * from {{ ref('stg_raw__submissions') }}
    where not is_replaced

),

stg_raw__standings as (

    select * from {{ ref('stg_raw__standings') }}

),

returns_kept as (

    select
        stg_raw__submissions.unit_code,
        stg_raw__submissions.form,
        stg_raw__submissions.period_code
    from stg_raw__standings
    inner join stg_raw__submissions
        on stg_raw__standings.submission_id = stg_raw__submissions.submission_id
    group by
        stg_raw__submissions.unit_code,
        stg_raw__submissions.form,
        stg_raw__submissions.period_code

),

submissions_compared as (

    select
        stg_raw__submissions.*,
        max(stg_raw__submissions.submission_no) over (
            order_of_receipt rows between unbounded preceding and 1 preceding
        ) as highest_before
    from stg_raw__submissions
    left join returns_kept
        on
            stg_raw__submissions.unit_code = returns_kept.unit_code
            and stg_raw__submissions.form = returns_kept.form
            and stg_raw__submissions.period_code = returns_kept.period_code
    where
        stg_raw__submissions.state in ('accepted', 'superseded')
        and returns_kept.unit_code is null
    window order_of_receipt as (
        partition by
            stg_raw__submissions.unit_code,
            stg_raw__submissions.form,
            stg_raw__submissions.period_code
        order by
            stg_raw__submissions.received_at,
            stg_raw__submissions.file_id,
            stg_raw__submissions.submission_id
    )

),

times_by_receipt as (

    select
        submission_id,
        received_at as counted_from,
        lead(received_at) over (
            partition by
                unit_code,
                form,
                period_code
            order by
                received_at,
                file_id,
                submission_id
        ) as counted_to
    from submissions_compared
    where
        highest_before is null
        or submission_no > highest_before

),

final as (

    select
        submission_id,
        counted_from,
        counted_to
    from stg_raw__standings
    union all
    select
        submission_id,
        counted_from,
        counted_to
    from times_by_receipt

)

select * from final
