-- a fact's rows of a year, with what each adds to the year's total, as the models count
-- it: a blank nothing, and a later cumulative return all since the last one that told
select
    *, -- noqa: AM04
    case
        when is_cumulative then stated - coalesce(lag(told) over year_so_far, 0)
        else stated
    end as amount,
    case
        when is_cumulative
            then 'S-' || array_to_string(lag(told_by) over year_so_far, ', S-')
    end as subtracted
from (
    select
        *,
        sum(stated) over since_statement as told,
        array_agg(_submission_id) filter (where stated is not null)
            over since_statement as told_by
    from (
        select
            *,
            count(*) filter (where is_cumulative and stated is not null) over (
                partition by {keys} order by interval_end
            ) as statement_no
        from (
            select
                facts.*,
                periods.basis = 'cumulative' as is_cumulative,
                (
                    select
                        case
                            when count(*) = 0 then 0
                            when
                                bool_and(
                                    stated_lines.{flow} is not null
                                    or {flow_name} = any(stated_lines.not_applicable)
                                )
                                then sum(stated_lines.{flow})::bigint
                        end
                    from raw.{lines_of_form} as stated_lines
                    where stated_lines.submission_id = facts._submission_id
                        and {same_breakdown}
                ) as stated
            from marts.{fact} as facts
            inner join marts.dim_periods as periods
                on facts.period_code = periods.period_code
            where facts.period_year = extract(year from {last}::date)
        ) as stated_rows
    ) as numbered_rows
    window since_statement as (
        partition by {keys}, statement_no order by interval_end
    )
) as told_rows
window year_so_far as (partition by {keys} order by interval_end)
