with

ref_indicator_labels as (

    select * from {{ ref('ref_indicator_labels') }}

),

ref_summary_indicators as (

    select * from {{ ref('ref_summary_indicators') }}

),

{# of a claim that is a share the figure's form, which the base has too or plans #}
claims_listed as (

    select distinct
        indicator,
        form
    from {{ ref('ref_indicators') }}
    where role = 'actual' and side = 'figure'

),

final as (

    select
        ---------- text
        labels.indicator,
        coalesce(ref_summary_indicators.form, claims_listed.form) as form,
        labels.label_vi,
        labels.label_en,
        labels.unit_vi,
        labels.unit_en,

        ---------- numerics
        labels.sort_order,

        ---------- booleans
        labels.unit_vi = '%' as is_share,
        coalesce(ref_summary_indicators.is_in_summary, false) as is_in_summary,
        coalesce(ref_summary_indicators.is_confidential, false) as is_confidential
    from ref_indicator_labels as labels
    left join ref_summary_indicators
        on labels.indicator = ref_summary_indicators.indicator
    left join claims_listed
        on labels.indicator = claims_listed.indicator

)

select * from final
