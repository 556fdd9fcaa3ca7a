with listed as (
    select * from intermediate.int_counts_unpivoted
    where reported_count is not null
),

histories as (
    select
        bloc_code,
        measure,
        var_samp(reported_count) / nullif(avg(reported_count), 0) as ratio
    from listed
    group by bloc_code, unit_code, measure, period_type
    having count(*) >= 3
),

usual_histories as (
    select
        bloc_code,
        measure,
        percentile_cont(0.9) within group (order by ratio) as ratio
    from histories
    group by bloc_code, measure
),

-- events that come in clusters, a class of thirty say: how many at a time
clusters as (
    select
        histories.bloc_code,
        histories.measure,
        greatest(1, avg(histories.ratio)) as size
    from histories
    inner join usual_histories
        on histories.bloc_code = usual_histories.bloc_code
            and histories.measure = usual_histories.measure
            and histories.ratio <= usual_histories.ratio
    group by histories.bloc_code, histories.measure
    having count(*) >= 10
),

counts as (
    select
        listed.*,
        coalesce(clusters.size, 1) as size,
        2 * sqrt(
            listed.reported_count / coalesce(clusters.size, 1) + 0.375
        ) as root
    from listed
    left join clusters
        on listed.bloc_code = clusters.bloc_code
            and listed.measure = clusters.measure
),

likes as (
    select
        later.submission_id,
        later.measure,
        later.root,
        array_agg(earlier.root) as roots,
        percentile_cont(0.5) within group (order by earlier.root) as centre
    from counts as later
    inner join counts as earlier
        on later.unit_code = earlier.unit_code
            and later.measure = earlier.measure
            and later.period_type = earlier.period_type
            and earlier.period_year between later.period_year - 5
            and later.period_year - 1
    group by later.submission_id, later.measure, later.root
    having count(*) >= 3
),

centred as (
    select
        likes.*,
        array(
            select roots.root - likes.centre
            from unnest(likes.roots) as roots (root)
        ) as deviations
    from likes
    -- no spread is below 1, so only these can be too far; a hair less, for rounding
    where abs(likes.root - likes.centre) > {tolerance} - 0.000001
),

-- once a count: inlined, the median would be taken for each use
spread as materialized (
    select
        submission_id,
        measure,
        centre,
        greatest(1, 1.4826 * (
            select
                percentile_cont(0.5) within group (
                    order by abs(apart.deviation)
                )
            from unnest(deviations) as apart (deviation)
        )) as spread
    from centred
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
