{# Beside the year's total of its bloc, and as long as that is shown. #}
with

int_discipline_confidential as (

    select * from {{ ref('int_discipline_confidential') }}
    where interval_end = make_date(period_year, 12, 31)

),

int_confidential_units_ranked as (

    select * from {{ ref('int_confidential_units_ranked') }}
    where
        is_shown
        and {{ is_in_scope(['bloc_code', 'period_year']) }}

),

int_confidential_totals_ready as (

    select * from {{ ref('int_confidential_totals_ready') }}

),

int_confidential_totals_decided as (

    select * from {{ ref('int_confidential_totals_decided') }}
    where increase is not null

),

units_shown as (

    select distinct
        ranked.bloc_code,
        ranked.unit_code,
        ranked.period_year
    from int_confidential_units_ranked as ranked
    inner join int_confidential_totals_ready as ready
        on
            ranked.bloc_code = ready.bloc_code
            and ranked.period_code = ready.period_code
            and ranked.indicator = ready.indicator
    inner join int_confidential_totals_decided as shown
        on
            ready.bloc_code = shown.bloc_code
            and ready.period_code = shown.period_code
            and ready.indicator = shown.indicator
            and ready.basis = shown.basis

),

final as (

    select
        ---------- ids
        counted.unit_key,
        {{ period_key('counted.period_code') }} as period_key,

        ---------- text
        counted.unit_code as reporting_unit_code,
        counted.unit_kind,
        counted.bloc_code,
        counted.period_code,
        counted.body,
        counted.subject,

        ---------- numerics
        counted.period_year,
        counted.reprimand_year_to_date as reprimand,
        counted.warning_year_to_date as warning,
        counted.dismissal_year_to_date as dismissal,
        counted.expulsion_year_to_date as expulsion,
        counted.dissolution_year_to_date as dissolution,
        counted.discipline_total_year_to_date as discipline_total,
        counted.of_which_committee_members_year_to_date as of_which_committee_members,
        counted.dismissal_office_holders_year_to_date as dismissal_office_holders,

        ---------- dates
        counted.interval_end,

        ---------- lineage
        counted._submission_id,
        counted._file_sha256
    from int_discipline_confidential as counted
    inner join units_shown
        on
            counted.unit_code = units_shown.unit_code
            and counted.bloc_code = units_shown.bloc_code
            and counted.period_year = units_shown.period_year

)

select * from final
