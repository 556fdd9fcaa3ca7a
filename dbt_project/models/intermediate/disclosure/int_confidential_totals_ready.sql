{# All have reported, three units or more, and the office does not say otherwise: what
   it contests will be corrected, and a total is decided on once. #}
with

int_bloc_totals as (

    select * from {{ ref('int_bloc_totals') }}
    where
        is_confidential
        and {{ is_in_scope(['bloc_code', 'period_year']) }}

),

int_confidential_units_ranked as (

    select * from {{ ref('int_confidential_units_ranked') }}

),

bases_listed as (

    select
        bloc_code,
        period_code,
        indicator,
        count(*) as units_behind,
        sum(amount) as total_behind,
        {# of a unit that is shown each of its counts, of others what they add #}
        array_agg(
            concat_ws(
                ':', unit_code, amount::text, case when is_shown then counts_md5 end
            )
            order by unit_code
        ) as basis
    from int_confidential_units_ranked
    group by
        bloc_code,
        period_code,
        indicator

),

final as (

    select
        ---------- text
        totals.bloc_code,
        totals.period_code,
        totals.indicator,
        bases_listed.basis,

        ---------- numerics
        totals.period_year,
        totals.computed_total,

        ---------- dates
        totals.period_end
    from int_bloc_totals as totals
    inner join bases_listed
        on
            totals.bloc_code = bases_listed.bloc_code
            and totals.period_code = bases_listed.period_code
            and totals.indicator = bases_listed.indicator
    where
        totals.is_complete
        and totals.computed_total
        = coalesce(totals.declared_total, totals.computed_total)
        and totals.computed_total = bases_listed.total_behind
        and bases_listed.units_behind >= 3

)

select * from final
