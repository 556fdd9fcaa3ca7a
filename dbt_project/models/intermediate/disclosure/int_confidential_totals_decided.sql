{# Decided once and kept for good: what was once shown stays known, and what was not
   shown was small. A full build does not reset it; what is built counts as shown.

   A total is shown when it exceeds, by more than the threshold, what was shown in the
   year up to then of the bloc and of those that it counts, and is exceeded as much by
   those that were shown of the bloc for later periods. The periods are gone through in
   order, so that a build of many gives what it would have given one by one. #}
{% set threshold = var('suppression_threshold') %}
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    full_refresh = false,
    unique_key = [],
    indexes = [{'columns': ['bloc_code', 'period_code']}],
) }}

with

int_confidential_totals_ready as (

    select * from {{ ref('int_confidential_totals_ready') }}

),

{# a bloc, those that it counts, and those that count it #}
blocs_paired as (

    select
        bloc_code,
        member_bloc_code as other_bloc_code,
        true as is_counted,
        counts_since
    from {{ ref('int_bloc_lineage') }}
    union all
    select
        member_bloc_code as bloc_code,
        bloc_code as other_bloc_code,
        false as is_counted,
        counts_since
    from {{ ref('int_bloc_lineage') }}
    where bloc_code <> member_bloc_code

),

decided_0 as (

    {% if is_incremental() %}
        select * from {{ this }}
    {% else %}
        select
            *,
            null::numeric as increase
        from int_confidential_totals_ready
        where false
    {% endif %}

),

{# a total is of a cumulative period: one ends with each quarter #}
{% for quarter in range(1, 5) %}
    totals_{{ loop.index }} as (

        select ready.*
        from int_confidential_totals_ready as ready
        left join decided_0
            on
                ready.bloc_code = decided_0.bloc_code
                and ready.period_code = decided_0.period_code
                and ready.indicator = decided_0.indicator
        where
            date_part('quarter', ready.period_end) = {{ quarter }}
            and decided_0.bloc_code is null

    ),

    shown_{{ loop.index }} as (

        select * from decided_{{ loop.index0 }}
        where increase is not null
        union all
        select
            *,
            0 as increase
        from totals_{{ loop.index }}

    ),

    compared_{{ loop.index }} as (

        select
            totals.bloc_code,
            totals.indicator,
            totals.period_year,
            sum(shown.increase) filter (
                where shown.period_end < totals.period_end
            ) as shown_before,
            bool_or(
                not blocs.is_counted
                or (
                    shown.bloc_code <> totals.bloc_code
                    and shown.period_end >= totals.period_end
                )
                or (
                    shown.period_end > totals.period_end
                    and shown.computed_total
                    <= totals.computed_total + {{ threshold }}
                )
            ) as is_too_near
        from totals_{{ loop.index }} as totals
        inner join blocs_paired as blocs
            on totals.bloc_code = blocs.bloc_code
        inner join shown_{{ loop.index }} as shown
            on
                blocs.other_bloc_code = shown.bloc_code
                and blocs.counts_since <= greatest(shown.period_end, totals.period_end)
                and totals.indicator = shown.indicator
                and totals.period_year = shown.period_year
        group by
            totals.bloc_code,
            totals.indicator,
            totals.period_year

    ),

    decided_{{ loop.index }} as (

        select * from decided_{{ loop.index0 }}
        union all
        select
            totals.*,
            case
                when
                    not compared.is_too_near
                    and totals.computed_total
                    > coalesce(compared.shown_before, 0) + {{ threshold }}
                    then totals.computed_total - coalesce(compared.shown_before, 0)
            end as increase
        from totals_{{ loop.index }} as totals
        inner join compared_{{ loop.index }} as compared
            on
                totals.bloc_code = compared.bloc_code
                and totals.indicator = compared.indicator
                and totals.period_year = compared.period_year

    ),

{% endfor %}
final as (

    select
        ---------- text
        decided.bloc_code,
        decided.period_code,
        decided.indicator,
        decided.basis,

        ---------- numerics
        decided.period_year,
        decided.computed_total,

        ---------- dates
        decided.period_end,

        ---------- numerics
        decided.increase
    from decided_4 as decided
    left join decided_0
        on
            decided.bloc_code = decided_0.bloc_code
            and decided.period_code = decided_0.period_code
            and decided.indicator = decided_0.indicator
    where decided_0.bloc_code is null

)

select * from final
