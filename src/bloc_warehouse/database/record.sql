-- Functions and triggers of the record, and what dbt's models read of it.

create or replace function quality.log_violation() returns trigger
language plpgsql as $$
begin
    insert into quality.violation_events (
        violation_id, event, run_id, left_value, right_value, by_whom, note
    )
    values (
        new.violation_id,
        case
            when old is null then 'opened'
            when new.state = old.state then 'changed'
            when new.state <> 'open' then new.state
            when old.state = 'explained' then 'lapsed'
            when old.state = 'accepted' then 'acceptance_ended'
            else 'reopened'
        end,
        new.last_run_id,
        new.left_value,
        new.right_value,
        case new.state
            when 'explained' then new.explained_by
            when 'accepted' then new.accepted_by
        end,
        case new.state
            when 'explained' then new.explanation
            when 'accepted' then new.accepted_reason
            when 'resolved' then 'S-' || new.resolving_submission_id
        end
    );
    return null;
end
$$;
create or replace trigger violation_born after insert on quality.violations
for each row execute function quality.log_violation();
create or replace trigger violation_moved after update on quality.violations
for each row when (
    (old.state, old.left_value, old.right_value)
    is distinct from (new.state, new.left_value, new.right_value)
) execute function quality.log_violation();

-- whether a finding's figures are counts of discipline, which only the office may read:
-- where they are small they name persons
create or replace function quality.is_confidential(
    of_rule text, of_form text, of_subject text
)
returns boolean language sql stable parallel safe
security definer set search_path = '' -- readers of monitoring may not read the rules
return coalesce(of_form = 'inspections', false)
or of_subject is not distinct from 'members_disciplined' -- a bloc's total
or of_rule in ('C2', 'T4-membership')
-- a hold names no subject, so the rules over every flow are withheld there as a whole
or (
    of_form = 'membership'
    and coalesce(
        of_subject ~ '^dec_(expelled|struck_off|resigned|other)',
        of_rule in ('P3', 'P4')
    )
)
or exists (
    select 1 from quality.rules
    where rule = of_rule and suite = 'fct_discipline'
);

create or replace view quality.returns_closed_now as
select
    closed_returns.unit_code,
    closed_returns.form,
    closed_returns.period_code
from quality.closed_returns
inner join quality.period_closings
    on closed_returns.closing_id = period_closings.closing_id
where period_closings.reopened_at is null;

-- the bloc of a return: that of its unit's last span begun by the period's end
create or replace function quality.bloc_of_return(of_unit text, of_period text)
returns text language plpgsql stable as $$ -- the lists are loaded after this is made
begin
    return (
        select spans.bloc_code
        from reference.ref_unit_spans as spans
        inner join reference.ref_periods as periods
            on spans.valid_from <= periods.period_end
        where spans.unit_code = of_unit and periods.period_code = of_period
        order by spans.valid_from desc
        limit 1
    );
end $$;

-- 2024-H1 → 2024-06-30, 2024-T02 → 2024-02-29; null for what is no period
create or replace function quality.period_end(period_code text) returns date
language sql immutable parallel safe
return ((
    left(period_code, 4) || '-' || case substr(period_code, 6)
        when 'Q1' then '03'
        when 'H1' then '06' when 'Q2' then '06'
        when 'M9' then '09' when 'Q3' then '09'
        when 'Y' then '12' when 'Q4' then '12'
        else substring(period_code from '^.{5}T(0[1-9]|1[0-2])$')
    end || '-01'
)::date + interval '1 month - 1 day')::date;

-- 17694 → 17.694; 15.16 → 15,16; null → không có
create or replace function quality.number_vi(value numeric) returns text
language sql immutable parallel safe
return coalesce(
    translate(
        rtrim(to_char(value, 'FM999,999,999,999,990.9999'), '.'), ',.', '.,'
    ),
    'không có'
);

-- 17694 → 17694; 15.1600 → 15.16; null → missing
create or replace function quality.number_en(value numeric) returns text
language sql immutable parallel safe
return coalesce(trim_scale(value)::text, 'missing');

-- a message with the finding's own words in the places that are left for them
create or replace function quality.filled(
    message text,
    finding jsonb,
    subject text,
    form_title text,
    left_text text,
    right_text text
) returns text
language sql immutable parallel safe
return replace(replace(replace(replace(replace(replace(replace( -- noqa: LT02
    message, -- noqa: LT02
    '{form}', coalesce(form_title, finding ->> 'form', '')), -- noqa: LT02
    '{left}', left_text),
    '{right}', right_text),
    '{subject}', coalesce(subject, finding ->> 'subject', '')),
    '{bloc}', coalesce(finding ->> 'bloc_code', '')),
    '{unit}', coalesce(finding ->> 'unit_code', '')),
    '{period}', coalesce(finding ->> 'period_code', '')
);
