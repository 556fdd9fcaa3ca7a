-- what is withheld from readers is compared all the same
with totals as (
    select
        bloc_code,
        period_code,
        indicator,
        computed_total,
        declared_total,
        is_complete
    from marts_candidate.rpt_bloc_totals
    where not is_withheld
    union
    select
        bloc_code,
        period_code,
        indicator,
        computed_total,
        declared_total,
        is_complete
    from intermediate.int_bloc_totals
    where is_confidential
)

select
    bloc_code,
    'bloc_summary' as form,
    period_code,
    indicator as subject,
    computed_total as left_value,
    declared_total as right_value
from totals
where is_complete
    and indicator <> 'admission_decisions'
    and declared_total is not null
