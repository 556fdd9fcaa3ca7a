with

ref_published_totals as (

    select * from {{ ref('ref_published_totals') }}
    where basis != 'context'

),

ref_indicators as (

    select * from {{ ref('ref_indicators') }}

),

final as (

    select
        ---------- ids
        ref_published_totals.claim_id,

        ---------- text
        ref_published_totals.bloc_code,
        ref_published_totals.period_type,
        ref_indicators.side,
        ref_indicators.form,
        ref_indicators.figure,
        coalesce(ref_indicators.subject, ref_published_totals.subject, 'all')
            as subject,
        coalesce(ref_published_totals.conducted_by, 'all') as conducted_by,
        ref_indicators.accrual,

        ---------- dates
        ref_published_totals.period_start,
        ref_published_totals.period_end
    from ref_published_totals
    inner join ref_indicators
        on
            ref_published_totals.indicator = ref_indicators.indicator
            and ref_published_totals.role = ref_indicators.role

)

select * from final
