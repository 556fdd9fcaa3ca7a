select
    nullif(differences.bloc_code, '') as bloc_code,
    nullif(differences.unit_code, '') as unit_code,
    nullif(differences.form, '') as form,
    nullif(differences.period_code, '') as period_code,
    differences.rule as subject
from reference.ref_accepted_differences as differences
left join quality.rules as known on differences.rule = known.rule
where known.is_explainable is not true
    and exists (
        select 1 from quality.rules as audited
        where audited.stage = 'audit'
    )
