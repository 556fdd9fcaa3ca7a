{# Of several years the one farthest from the printed figure decides the claim, of a
   target the worst. The claim holds only if it holds in each. #}
with

stg_reference__published_totals as (

    select
        *,
        length(
            split_part(regexp_replace(printed, '[^0-9,]', '', 'g'), ',', 2)
        ) as printed_digits
    from {{ ref('stg_reference__published_totals') }}

),

int_claim_amounts_summed as (

    select * from {{ ref('int_claim_amounts_summed') }}

),

{# ratings are judged year by year, everything else over the whole period #}
amounts_paired as (

    select
        claim_id,
        case when accrual = 'rating' then part_year else null end as judged_year,
        sum(amount) filter (where side = 'figure') as figure_amount,
        sum(amount) filter (where side = 'base') as base_amount
    from int_claim_amounts_summed
    group by
        claim_id,
        judged_year

),

values_computed as (

    select
        stg_reference__published_totals.*,
        amounts_paired.judged_year,
        case
            when stg_reference__published_totals.basis = 'excess'
                then
                    100.0 * amounts_paired.figure_amount
                    / nullif(amounts_paired.base_amount, 0)
                    - 100
            when stg_reference__published_totals.unit = 'percent'
                then
                    100.0 * amounts_paired.figure_amount
                    / nullif(amounts_paired.base_amount, 0)
            else amounts_paired.figure_amount
        end as recomputed
    from amounts_paired
    inner join stg_reference__published_totals
        on amounts_paired.claim_id = stg_reference__published_totals.claim_id

),

{# a share may be printed rounded or truncated; 100 % is printed of all only #}
values_judged as (

    select
        *,
        case
            when role = 'target' and unit = 'percent' then recomputed > value
            when qualifier = 'exact' and unit = 'percent' and value < 100
                then
                    value in (
                        round(recomputed, printed_digits),
                        trunc(recomputed, printed_digits)
                    )
            when qualifier = 'exact' then recomputed = value
            when qualifier = 'nearly'
                then
                    recomputed >= 0.95 * value and recomputed < value
            when qualifier = 'more_than'
                then
                    recomputed > value and recomputed <= 1.05 * value
            when qualifier = 'more_than_or_equal'
                then
                    recomputed >= value and recomputed <= 1.05 * value
            else null
        end as is_met
    from values_computed

),

values_ranked as (

    select
        *,
        row_number() over (
            partition by claim_id
            order by
                case
                    when role = 'target' then recomputed
                    else -abs(recomputed - value)
                end,
                judged_year
        ) as distance_rank
    from values_judged

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
