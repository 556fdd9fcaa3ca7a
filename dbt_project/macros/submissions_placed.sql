{% macro submissions_placed() -%}
{#- CTEs that end in submissions_placed: what was taken of the units and years in scope,
    each in its unit's bloc at the period's end. A merged unit's last return may end
    after its validity: the last one begun counts. -#}
ref_periods as (

    select * from {{ ref('ref_periods') }}

),

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

places_ranked as (

    select
        submissions.*,
        ref_periods.period_type,
        ref_periods.period_start,
        ref_periods.period_end,
        stg_reference__unit_spans.unit_key,
        stg_reference__unit_spans.bloc_code,
        stg_reference__unit_spans.unit_kind,
        stg_reference__unit_spans.open_until > ref_periods.period_end
            as is_open_at_end,
        row_number() over (
            partition by submissions.submission_id
            order by stg_reference__unit_spans.valid_from desc
        ) as recency
    from {{ ref('stg_raw__submissions') }} as submissions
    inner join ref_periods
        on submissions.period_code = ref_periods.period_code
    inner join stg_reference__unit_spans
        on
            submissions.unit_code = stg_reference__unit_spans.unit_code
            and ref_periods.period_end >= stg_reference__unit_spans.valid_from
    where
        submissions.state not in ('pending', 'rejected')
        and {{ is_in_scope(['unit_code', 'period_year'], 'submissions') }}

),

submissions_placed as (

    select * from places_ranked
    where recency = 1

)
{%- endmacro %}
