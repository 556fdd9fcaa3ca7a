{{ config(tags = ['stage']) }}

with

ref_obligations as (

    select * from {{ ref('ref_obligations') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

{# what is due before the period's end is owed on the due day #}
final as (

    select
        ---------- text
        ref_obligations.bloc_code,
        ref_obligations.form,
        ref_obligations.owed_by,
        ref_periods.period_code,
        ref_periods.period_type,

        ---------- numerics
        ref_periods.period_year,

        ---------- dates
        ref_periods.period_start,
        ref_periods.period_end,
        ref_periods.period_end + ref_obligations.due_days as due_on,
        least(
            ref_periods.period_end,
            ref_periods.period_end + ref_obligations.due_days
        ) as owed_on
    from ref_obligations
    inner join ref_periods
        on
            ref_obligations.period_type = ref_periods.period_type
            and ref_periods.period_year
            between split_part(ref_obligations.first_period, '-', 1)::integer
            and coalesce(
                split_part(ref_obligations.last_period, '-', 1)::integer, 9999
            )

)

select * from final
