{# Of several years the one farthest from the printed figure decides the claim, of a
   target the worst. The claim holds only if it holds in each. #}
with

int_claim_values_evaluated as (

    select * from {{ ref('int_claim_values_evaluated') }}

),

int_claim_amounts_summed as (

    select * from {{ ref('int_claim_amounts_summed') }}

),

values_ranked as (

    select
        *,
        row_number() over (
            partition by claim_id
            order by
                case
                    when role = 'target' then recomputed
                    else -abs(recomputed - printed_value)
                end,
                judged_year
        ) as distance_rank
    from int_claim_values_evaluated

),

values_united as (

    select
        claim_id,
        max(recomputed) filter (where distance_rank = 1) as recomputed,
        jsonb_object_agg(judged_year, trim_scale(round(recomputed, 4))) filter (
            where judged_year is not null
        ) as shares_by_year,
        bool_and(is_met) as is_met,
        count(*) > count(is_met) as is_partly_unknown
    from values_ranked
    group by claim_id

),

{# of a share over the whole period the years' amounts would say nothing #}
amounts_united as (

    select
        claim_id,
        jsonb_object_agg(part_year, amount) as amounts_by_year
    from int_claim_amounts_summed
    group by claim_id
    having
        count(*) > 1
        and bool_and(side = 'figure')

),

blanks_counted as (

    select
        claim_id,
        sum(blank_count)::bigint as blank_count
    from int_claim_amounts_summed
    group by claim_id

),

final as (

    select
        ---------- ids
        values_united.claim_id,

        ---------- numerics
        values_united.recomputed,
        coalesce(values_united.shares_by_year, amounts_united.amounts_by_year)
            as by_year,
        coalesce(blanks_counted.blank_count, 0) as blank_count,

        ---------- booleans
        values_united.is_met,
        values_united.is_partly_unknown
    from values_united
    left join blanks_counted
        on values_united.claim_id = blanks_counted.claim_id
    left join amounts_united
        on values_united.claim_id = amounts_united.claim_id

)

select * from final
