with counts as (
    select
        *,
        1 as size,
        2 * sqrt(reported_count + 0.375) as root
    from intermediate.int_counts_unpivoted
    where reported_count is not null
),

-- units of one kind and bloc, in the same period: so much a member
likes as (
    select
        bloc_code,
        unit_kind,
        period_code,
        measure,
        array_agg(root) as roots,
        array_agg(member_count) as sizes,
        percentile_cont(0.5) within group (
            order by reported_count / member_count::numeric
        ) as rate,
        sum(reported_count) / sum(member_count) as mean_rate
    from counts
    where member_count > 0
    group by bloc_code, unit_kind, period_code, measure
    having count(*) >= 10
),

rated as (
    select
        likes.*,
        -- where most report 0 the median says nothing
        case when likes.rate > 0 then likes.rate else likes.mean_rate
        end as usual_rate
    from likes
),

-- once a group: inlined, the median would be taken for each unit, twice
spreads as materialized (
    select
        rated.bloc_code,
        rated.unit_kind,
        rated.period_code,
        rated.measure,
        rated.usual_rate,
        greatest(1, 1.4826 * (
            select
                percentile_cont(0.5) within group (
                    order by abs(
                        peers.root
                        - 2 * sqrt(peers.size * rated.usual_rate + 0.375)
                    )
                )
            from unnest(rated.roots, rated.sizes) as peers (root, size)
        )) as spread
    from rated
),

spread as (
    select
        counts.submission_id,
        counts.measure,
        2 * sqrt(counts.member_count * spreads.usual_rate + 0.375) as centre,
        spreads.spread
    from counts
    inner join spreads
        on counts.bloc_code = spreads.bloc_code
            and counts.unit_kind = spreads.unit_kind
            and counts.period_code = spreads.period_code
            and counts.measure = spreads.measure
    where counts.member_count > 0
),

usual as (
    select
        counts.*,
        greatest(ceil(
            counts.size
            * (
                (greatest(spread.centre - {tolerance} * spread.spread, 0) / 2) ^ 2
                - 0.375
            )
        ), 0)::bigint as low,
        floor(
            counts.size
            * (((spread.centre + {tolerance} * spread.spread) / 2) ^ 2 - 0.375)
        )::bigint as high
    from spread
    inner join counts
        on spread.submission_id = counts.submission_id
            and spread.measure = counts.measure
)

select
    usual.bloc_code,
    usual.unit_code,
    usual.form,
    usual.period_code,
    usual.measure as subject,
    usual.label_vi || ' (thường từ ' || usual.low || ' đến ' || usual.high || ')'
        as subject_vi,
    usual.label_en || ' (usually ' || usual.low || ' to ' || usual.high || ')'
        as subject_en,
    usual.submission_id,
    usual.reported_count as left_value,
    case when usual.reported_count < usual.low then usual.low else usual.high
    end as right_value
from usual
where usual.reported_count < usual.low or usual.reported_count > usual.high
