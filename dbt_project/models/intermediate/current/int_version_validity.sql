{# A version counts from its receipt until the receipt of the next higher number; one
   that came after a higher number never did. Where something was withdrawn, or the same
   figures came twice, intake has computed it for each moment and stored the times. #}
with

int_versions_scoped as (

    select * from {{ ref('int_versions_scoped') }}
    where not is_replaced

),

stg_raw__version_validity as (

    select * from {{ ref('stg_raw__version_validity') }}

),

returns_kept as (

    select
        int_versions_scoped.unit_code,
        int_versions_scoped.form,
        int_versions_scoped.period_code
    from stg_raw__version_validity
    inner join int_versions_scoped
        on stg_raw__version_validity.submission_id = int_versions_scoped.submission_id
    group by
        int_versions_scoped.unit_code,
        int_versions_scoped.form,
        int_versions_scoped.period_code

),

submissions_compared as (

    select
        int_versions_scoped.*,
        max(int_versions_scoped.submission_no) over (
            order_of_receipt rows between unbounded preceding and 1 preceding
        ) as highest_before
    from int_versions_scoped
    left join returns_kept
        on
            int_versions_scoped.unit_code = returns_kept.unit_code
            and int_versions_scoped.form = returns_kept.form
            and int_versions_scoped.period_code = returns_kept.period_code
    where
        int_versions_scoped.state in ('accepted', 'superseded')
        and returns_kept.unit_code is null
    window order_of_receipt as (
        partition by
            int_versions_scoped.unit_code,
            int_versions_scoped.form,
            int_versions_scoped.period_code
        order by
            int_versions_scoped.received_at,
            int_versions_scoped.written_at,
            int_versions_scoped.file_id,
            int_versions_scoped.submission_id
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
    inner join int_versions_scoped
        on stg_raw__version_validity.submission_id = int_versions_scoped.submission_id
    union all
    select
        submission_id,
        counted_from,
        counted_to
    from times_by_receipt

)

select * from final
