{# By the last day on which any file was received, as "due" is, and not by the clock. #}
with

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

final as (

    select
        ---------- text
        ref_periods.period_code,
        ref_periods.period_type,

        ---------- numerics
        ref_periods.period_year,

        ---------- dates
        ref_periods.period_start,
        ref_periods.period_end
    from ref_periods
    inner join int_receipts_dated
        on ref_periods.period_start <= int_receipts_dated.last_received_on

)

select * from final
