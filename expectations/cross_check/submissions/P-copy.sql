-- each form's rows, with how many things happened in the period that they tell of
with reported_rows as (
    select
        reported.submission_id,
        'membership' as form_table,
        reported.inc_total + reported.dec_total as events,
        to_jsonb(reported) as said
    from intermediate.int_membership_current as reported
    union all
    select
        reported.submission_id,
        'admissions' as form_table,
        reported.admitted_total as events,
        to_jsonb(reported) as said
    from intermediate.int_admissions_current as reported
    union all
    select
        reported.submission_id,
        'inspections' as form_table,
        reported.done as events,
        to_jsonb(reported) as said
    from intermediate.int_inspections_current as reported
    union all
    select
        reported.submission_id,
        'discipline' as form_table,
        reported.discipline_total as events,
        to_jsonb(reported) as said
    from intermediate.int_discipline_current as reported
    union all
    select
        reported.submission_id,
        'petitions' as form_table,
        reported.received as events,
        to_jsonb(reported) as said
    from intermediate.int_petitions_current as reported
    union all
    select
        reported.submission_id,
        'awards' as form_table,
        0 as events,
        to_jsonb(reported) as said
    from intermediate.int_awards_current as reported
    union all
    select
        reported.submission_id,
        'training' as form_table,
        0 as events,
        to_jsonb(reported) as said
    from intermediate.int_training_current as reported
),

-- without what is no figure of the period: whose it is, where it stood, the plan
figures as (
    select
        submission_id,
        form_table,
        events,
        jsonb_strip_nulls(
            said - array[
                'submission_id', 'submission_no', 'unit_code', 'bloc_code', 'unit_kind',
                'form', 'form_version', 'period_code', 'period_type', 'period_year',
                'period_start', 'period_end', 'basis', 'received_at', 'sheet',
                'sheet_row', 'not_applicable', 'plan_year', 'planned', 'pct_of_plan'
            ]
        ) as said
    from reported_rows
),

digests as (
    select
        submission_id,
        sum(events) as events,
        md5(
            string_agg(form_table || said::text, ' ' order by form_table, said)
        ) as digest
    from figures
    group by submission_id
),

returns as (
    select
        submissions.*,
        extract(month from submissions.period_end)
        - extract(month from submissions.period_start)
        + 1 as month_count,
        digests.events,
        digests.digest,
        lag(submissions.submission_id) over alike as before_id,
        lead(submissions.submission_id) over alike as after_id
    from intermediate.int_submissions_current as submissions
    inner join digests on submissions.submission_id = digests.submission_id
    where submissions.unit_kind <> 'bloc_office'
    window alike as (
        partition by
            submissions.bloc_code,
            submissions.form,
            submissions.period_code,
            digests.digest
        order by submissions.unit_code
    )
),

-- an earlier return of the year, last year's of the same season or of its end; or
-- another unit's of the period: one of them, where many say the same
pairs as (
    select
        later.submission_id,
        later.bloc_code,
        later.unit_code,
        later.form,
        later.period_code,
        earlier.submission_id as other_id,
        earlier.unit_code as other_unit,
        earlier.period_code as other_period,
        false as is_of_two_units,
        case
            when later.basis = 'cumulative'
                and earlier.period_start = later.period_start
                then later.events * (1 - earlier.month_count / later.month_count)
        end as silence
    from returns as later
    inner join returns as earlier
        on later.unit_code = earlier.unit_code
            and later.form = earlier.form
            and later.digest = earlier.digest
            and (
                later.period_year = earlier.period_year
                or (
                    later.period_year - 1 = earlier.period_year
                    and (
                        later.period_type = earlier.period_type
                        or later.period_start - 1 = earlier.period_end
                    )
                )
            )
            and (later.period_end, earlier.period_start)
            > (earlier.period_end, later.period_start)
    union all
    select
        one.submission_id,
        one.bloc_code,
        one.unit_code,
        one.form,
        one.period_code,
        other.submission_id as other_id,
        other.unit_code as other_unit,
        other.period_code as other_period,
        true as is_of_two_units,
        null as silence
    from returns as one
    inner join returns as other
        on coalesce(one.before_id, one.after_id) = other.submission_id
),

-- years are no counts, and members who stay are no coincidence
coincidences as (
    select
        figures.submission_id,
        sum(ln(4 * pi() * numbers.amount)) / 4 as with_stocks,
        coalesce(
            sum(ln(4 * pi() * numbers.amount)) filter (
                where numbers.measure
                !~ '^(opening|closing|cases_carried|carried|pending|sub_cells)'
            ),
            0
        ) / 4 as without_stocks
    from figures
    cross join
        lateral (
            select
                numbers.measure,
                case
                    when jsonb_typeof(figures.said -> numbers.measure) = 'number'
                        and numbers.measure !~ '^merit_'
                        then numbers.amount::numeric
                end as amount
            from jsonb_each_text(figures.said) as numbers (measure, amount)
        ) as numbers
    where numbers.amount > 0
        and figures.submission_id in (select pairs.submission_id from pairs)
    group by figures.submission_id
),

weighed as (
    select
        pairs.*,
        case
            when pairs.is_of_two_units then coincidences.with_stocks / 1.5
            else coalesce(pairs.silence, coincidences.without_stocks)
        end as evidence
    from pairs
    inner join coincidences on pairs.submission_id = coincidences.submission_id
),

-- the forms of one delivery are judged together
judged as (
    select
        *,
        sum(evidence) over (
            partition by unit_code, period_code, other_unit, other_period
        ) as evidence_in_all
    from weighed
    where evidence > 0
)

select
    bloc_code,
    unit_code,
    form,
    period_code,
    case when is_of_two_units then other_unit else other_period end as subject,
    case
        when is_of_two_units then 'biểu của đơn vị ' || other_unit
        else 'kỳ ' || other_period
    end as subject_vi,
    case
        when is_of_two_units then 'unit ' || other_unit
        else 'period ' || other_period
    end as subject_en,
    submission_id,
    array[other_id] as other_submission_ids
from judged
where evidence_in_all > {tolerance}
