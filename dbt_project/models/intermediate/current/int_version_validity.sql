{# A version counts from its receipt until the receipt of the next higher number; one
   that came after a higher number never did. Where something was withdrawn, or the same
   figures came twice, intake has computed it for each moment and stored the times. #}
with

submissions as (

    select * from {{ ref('stg_raw__submissions') }}
    where
        not is_replaced
        and {{ is_in_scope(['unit_code', 'period_year']) }}

),

stg_raw__version_validity as (

    select * from {{ ref('stg_raw__version_validity') }}

),

returns_kept as (

    select
        submissions.unit_code,
        submissions.form,
        submissions.period_code
    from stg_raw__version_validity
    inner join submissions
        on stg_raw__version_validity.submission_id = submissions.submission_id
    group by
        submissions.unit_code,
        submissions.form,
        submissions.period_code

),

submissions_compared as (

    select
        submissions.*,
        max(submissions.submission_no) over (
            order_of_receipt rows between unbounded preceding and 1 preceding
        ) as highest_before
    from submissions
    left join returns_kept
        on
            submissions.unit_code = returns_kept.unit_code
            and submissions.form = returns_kept.form
            and submissions.period_code = returns_kept.period_code
    where
        submissions.state in ('accepted', 'superseded')
        and returns_kept.unit_code is null
    window order_of_receipt as (
        partition by
            submissions.unit_code,
            submissions.form,
            submissions.period_code
        order by
            submissions.received_at,
            submissions.written_at,
            submissions.file_id,
            submissions.submission_id
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
                written_at,
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
        stg_raw__version_validity.submission_id,
        stg_raw__version_validity.counted_from,
        stg_raw__version_validity.counted_to
    from stg_raw__version_validity
    inner join submissions
        on stg_raw__version_validity.submission_id = submissions.submission_id
    union all
    select
        submission_id,
        counted_from,
        counted_to
    from times_by_receipt

)

select * from final
