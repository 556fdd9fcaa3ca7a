{{ config(tags = ['stage']) }}

with

stg_reference__obligations as (

    select * from {{ ref('stg_reference__obligations') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

{# what is due before the period's end is owed on the due day #}
final as (

    select
        ---------- text
        stg_reference__obligations.bloc_code,
        stg_reference__obligations.form,
        stg_reference__obligations.owed_by,
        ref_periods.period_code,
        ref_periods.period_type,

        ---------- numerics
        ref_periods.period_year,

        ---------- dates
        ref_periods.period_start,
        ref_periods.period_end,
        ref_periods.period_end + stg_reference__obligations.due_days as due_on,
        least(
            ref_periods.period_end,
            ref_periods.period_end + stg_reference__obligations.due_days
        ) as owed_on
    from stg_reference__obligations
    inner join ref_periods
        on
            stg_reference__obligations.period_type = ref_periods.period_type
            and ref_periods.period_year
            between split_part(stg_reference__obligations.first_period, '-', 1)::integer
            and coalesce(
                split_part(stg_reference__obligations.last_period, '-', 1)::integer,
                9999
            )

)

select * from final
