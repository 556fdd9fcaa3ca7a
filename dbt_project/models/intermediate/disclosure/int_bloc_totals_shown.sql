{# grain: one row per bloc, period, confidential indicator and returns behind it #}

{# Kept for good, for what was once shown stays known: a full build does not start it
   anew. What is built counts as shown, whether or not it gets published. #}
{{ config(
    materialized = 'incremental',
    incremental_strategy = 'append',
    full_refresh = false,
    unique_key = [],
    indexes = [{'columns': ['bloc_code', 'period_code']}],
) }}

with

int_bloc_totals_disclosed as (

    select * from {{ ref('int_bloc_totals_disclosed') }}
    where is_safe

),

shown_before as (

    {% if is_incremental() %}
        select * from {{ this }}
    {% else %}
        select * from int_bloc_totals_disclosed
        where false
    {% endif %}

),

{# how many units' returns are others than they were #}
differences_counted as (

    select
        int_bloc_totals_disclosed.bloc_code,
        int_bloc_totals_disclosed.period_code,
        int_bloc_totals_disclosed.indicator,
        (
            select count(distinct split_part(differing.unit_basis, ':', 1))
            from (
                (
                    select unnest(int_bloc_totals_disclosed.basis) as unit_basis
                    except
                    select unnest(shown_before.basis)
                )
                union all
                (
                    select unnest(shown_before.basis) as unit_basis
                    except
                    select unnest(int_bloc_totals_disclosed.basis)
                )
            ) as differing
        ) as units_differing
    from int_bloc_totals_disclosed
    inner join shown_before
        on
            int_bloc_totals_disclosed.bloc_code = shown_before.bloc_code
            and int_bloc_totals_disclosed.period_code = shown_before.period_code
            and int_bloc_totals_disclosed.indicator = shown_before.indicator

),

too_near as (

    select distinct
        bloc_code,
        period_code,
        indicator
    from differences_counted
    where units_differing < 3

),

final as (

    select
        ---------- text
        int_bloc_totals_disclosed.bloc_code,
        int_bloc_totals_disclosed.period_code,
        int_bloc_totals_disclosed.indicator,
        int_bloc_totals_disclosed.basis
    from int_bloc_totals_disclosed
    left join too_near
        on
            int_bloc_totals_disclosed.bloc_code = too_near.bloc_code
            and int_bloc_totals_disclosed.period_code = too_near.period_code
            and int_bloc_totals_disclosed.indicator = too_near.indicator
    where too_near.bloc_code is null

)

select * from final
