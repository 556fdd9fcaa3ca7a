-- what keeps a bloc's period from being closed: returns that are owed and do not count
-- in the live release, and critical findings; or that there is nothing to close
select 'return ' || unit_code || ' ' || form || ': ' || state as open_point
from marts.fct_returns
where bloc_code = %(bloc)s
    and period_code = %(period)s
    and is_expected
    and state <> 'accepted'
union all
select -- readers see what was left open: of discipline the number alone
    'critical finding ' || case
        when quality.is_confidential(rule, form, subject)
            then concat_ws(' ', 'V-' || violation_id, unit_code)
                || ': discipline figures, not shown here'
        else concat_ws(' ', rule, unit_code) || ': ' || message_en
    end
from quality.violations
where severity = 'critical'
    and state = 'open'
    and period_code = %(period)s
    and (
        bloc_code = %(bloc)s
        or (
            bloc_code is null
            and unit_code in (
                select ref_unit_spans.unit_code
                from reference.ref_unit_spans
                where ref_unit_spans.bloc_code = %(bloc)s
            )
        )
    )
union all
select
    'no return is owed for ' || %(period)s
    || ': no obligation names it, or the bloc was not there'
where not exists (
        select from marts.fct_returns
        where bloc_code = %(bloc)s and period_code = %(period)s and is_expected
    )
union all
select 'nobody has reported for ' || %(period)s || ': there are no figures to close'
where not exists (
        select from marts.fct_returns
        where bloc_code = %(bloc)s and period_code = %(period)s and state = 'accepted'
    )
order by open_point
