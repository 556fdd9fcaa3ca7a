-- what keeps a bloc's period from being closed: returns that are owed and do not count
-- in the live release, and critical findings
select 'return ' || unit_code || ' ' || form || ': ' || state as point
from marts.fct_returns
where bloc_code = %(bloc)s
    and period_code = %(period)s
    and is_expected
    and state <> 'accepted'
union all
select 'critical finding ' || concat_ws(' ', rule, unit_code) || ': ' || message_en
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
order by point
