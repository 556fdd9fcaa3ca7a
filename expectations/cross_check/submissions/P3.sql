with recursive returns as (
    select
        submission_id,
        bloc_code,
        unit_code,
        period_code,
        period_year,
        period_start,
        period_end,
        basis,
        (date_trunc('quarter', period_end) + interval '3 months')::date - 1
            as quarter_end
    from intermediate.int_submissions_current
    where form = {form}
),

-- a longer return that ends with their quarter stands for them
own_days as (
    select returns.*
    from returns
    where returns.basis <> 'cumulative'
        and not exists (
            select 1
            from returns as longer
            where longer.unit_code = returns.unit_code
                and longer.period_year = returns.period_year
                and longer.period_end = returns.quarter_end
                and longer.period_start <= returns.period_start
                and longer.submission_id <> returns.submission_id
        )
),

-- the returns that make up the year to date, up to each day that is known
known as (
    select
        unit_code,
        period_year,
        period_end as known_until,
        array[submission_id] as side_ids,
        period_code as said
    from returns
    where basis = 'cumulative'
    union all
    select
        unit_code,
        period_year,
        period_end,
        array[submission_id] as side_ids,
        period_code as said
    from own_days
    where period_start = make_date(period_year, 1, 1)
    union all
    select
        known.unit_code,
        known.period_year,
        own_days.period_end,
        known.side_ids || own_days.submission_id as side_ids,
        known.said || ' + ' || own_days.period_code as said
    from known
    inner join own_days
        on known.unit_code = own_days.unit_code
            and known.period_year = own_days.period_year
            and known.known_until = own_days.period_start - 1
),

later as (
    select returns.*
    from returns
    where returns.basis = 'cumulative'
),

compared as (
    select
        later.submission_id,
        later.unit_code,
        later.period_year,
        known.side_ids,
        known.said
    from later
    inner join known
        on later.unit_code = known.unit_code
            and later.period_year = known.period_year
            and later.period_end > known.known_until
),

placed as (
    select
        *,
        row_number() over (
            partition by unit_code, period_year order by period_end
        ) as place,
        count(*) over (partition by unit_code, period_year) as return_count
    from returns
),

lines_compared as (
    select
        reported.unit_code,
        reported.period_year,
        placed.place,
        lag(placed.place, 1, placed.place - 1) over line as place_before,
        lead(placed.place, 1, placed.return_count + 1) over line as place_after,
        {falls} as is_lower_or_blank
    from {current} as reported
    inner join placed on reported.submission_id = placed.submission_id
    window line as (
        partition by reported.unit_code, reported.period_year{reported_keys}
        order by placed.place
    )
),

-- Years in which a figure may have fallen. None has where all returns are cumulative
-- and no line, once there, is missing, blank, there twice or lower than before: most
-- years are like that, and their figures need not be set out one by one.
doubted as (
    select
        unit_code,
        period_year
    from returns
    where basis <> 'cumulative'
    union
    select
        unit_code,
        period_year
    from lines_compared
    where is_lower_or_blank
        or place_before <> place - 1
        or place_after <> place + 1
),

seen as (
    select distinct unit_code, period_year{keys}
    from {current}
    where (unit_code, period_year) in (
            select
                doubted.unit_code,
                doubted.period_year
            from doubted
        )
),

-- each figure of each return of a year in which two are compared
figures as (
    select
        returns.submission_id,
        flows.measure || {keys_en} as subject,
        flows.label_vi || {keys_vi} as subject_vi,
        flows.label_en || {keys_en} as subject_en,
        case
            when reported.submission_id is null then {absent}
            else flows.amount
        end as amount,
        coalesce(
            flows.measure = any(reported.not_applicable), false
        ) as is_not_applicable
    from returns
    inner join seen
        on returns.unit_code = seen.unit_code
            and returns.period_year = seen.period_year
    left join {current} as reported
        on returns.submission_id = reported.submission_id{keys_match}
    cross join
        lateral (
            values {flows}
        ) as flows (measure, label_vi, label_en, amount)
    where (returns.unit_code, returns.period_year) in (
            select
                compared.unit_code,
                compared.period_year
            from compared
        )
),

before as (
    select
        compared.submission_id,
        compared.side_ids,
        compared.said,
        figures.subject,
        sum(figures.amount) as amount
    from compared
    cross join lateral unnest(compared.side_ids) as sides (side_id)
    inner join figures on sides.side_id = figures.submission_id
    group by
        compared.submission_id, compared.side_ids, compared.said,
        figures.subject
    having bool_and(figures.amount is not null)
),

highest as (
    select distinct on (submission_id, subject)
        *,
        case when cardinality(side_ids) > 1 then ', so với ' || said else '' end
            as said_vi,
        case when cardinality(side_ids) > 1 then ', beside ' || said else '' end
            as said_en
    from before
    order by
        submission_id asc, subject asc, amount desc, cardinality(side_ids) asc,
        side_ids asc
)

select
    later.bloc_code,
    later.unit_code,
    {form} as form,
    later.period_code,
    figures.subject,
    figures.subject_vi || highest.said_vi as subject_vi,
    figures.subject_en || highest.said_en as subject_en,
    later.submission_id,
    highest.side_ids as other_submission_ids,
    figures.amount as left_value,
    highest.amount as right_value
from later
inner join figures on later.submission_id = figures.submission_id
inner join highest
    on later.submission_id = highest.submission_id
        and figures.subject = highest.subject
where not figures.is_not_applicable
