with

ref_published_totals as (

    select
        *,
        length(
            split_part(regexp_replace(printed, '[^0-9,]', '', 'g'), ',', 2)
        ) as printed_digits
    from {{ ref('ref_published_totals') }}

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
        ref_published_totals.*,
        amounts_paired.judged_year,
        case
            when ref_published_totals.basis = 'excess'
                then
                    100.0 * amounts_paired.figure_amount
                    / nullif(amounts_paired.base_amount, 0)
                    - 100
            when ref_published_totals.unit = 'percent'
                then
                    100.0 * amounts_paired.figure_amount
                    / nullif(amounts_paired.base_amount, 0)
            else amounts_paired.figure_amount
        end as recomputed
    from amounts_paired
    inner join ref_published_totals
        on amounts_paired.claim_id = ref_published_totals.claim_id

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

final as (

    select
        ---------- ids
        claim_id,

        ---------- text
        role,

        ---------- numerics
        judged_year,
        value as printed_value,
        recomputed,

        ---------- booleans
        is_met
    from values_judged

)

select * from final
