"""The ten questions that a BI tool asks most, on the published marts."""

QUERIES = {
    "a bloc's totals of a period": """
        select indicator, computed_total, units_reported, units_expected
        from marts.rpt_bloc_totals
        where bloc_code = %(bloc)s and period_code = %(period)s""",
    "a bloc's members by quarter, ten years": """
        select interval_end, sum(closing_total) from marts.fct_membership_stocks
        where bloc_code = %(bloc)s group by interval_end order by interval_end""",
    "members of all blocs at a day": """
        select bloc_code, computed_total from marts.rpt_bloc_totals
        where period_code = %(period)s and indicator = 'member_count'""",
    "admitted by bloc in a year": """
        select bloc_code, sum(computed_total) from marts.rpt_bloc_totals
        where period_code = %(period)s and indicator = 'members_admitted'
        group by bloc_code""",
    "one unit's whole history of members": """
        select * from marts.fct_membership_stocks
        where reporting_unit_code = %(unit)s order by interval_end""",
    "a bloc's units by members at a day": """
        select units.unit_name, facts.closing_total
        from marts.fct_membership_stocks as facts
        inner join marts.dim_units as units using (unit_key)
        where facts.bloc_code = %(bloc)s and facts.interval_end = %(day)s
        order by facts.closing_total desc""",
    "a bloc's inspections by kind and body in a year": """
        select kind, body, sum(done) from marts.fct_inspections
        where bloc_code = %(bloc)s and interval_end between %(first)s and %(day)s
        group by kind, body""",
    "what of a bloc is missing for a period": """
        select unit_code, form, due_on, state from marts.fct_returns
        where bloc_code = %(bloc)s and period_code = %(period)s
        and state <> 'accepted'""",
    "on-time rate of all blocs for a period": """
        select bloc_code, form, reporting_rate_on_time_pct
        from marts.rpt_reporting_rates where period_code = %(period)s""",
    "plan attainment of a bloc over the years": """
        select period_code, rate, rate_pct from marts.rpt_bloc_rates
        where bloc_code = %(bloc)s order by period_code""",
}
