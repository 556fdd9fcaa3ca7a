{# Beside the year's total of its bloc, and as long as that is shown. #}
with

int_discipline_confidential as (

    select * from {{ ref('int_discipline_confidential') }}
    where interval_end = make_date(period_year, 12, 31)

),

int_confidential_units_ranked as (

    select * from {{ ref('int_confidential_units_ranked') }}
    where is_shown

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
        int_discipline_confidential._submission_id as submission_id,
        int_discipline_confidential.unit_key,

        ---------- text
        int_discipline_confidential.unit_code,
        int_discipline_confidential.bloc_code,
        int_discipline_confidential.unit_kind,
        int_discipline_confidential.period_code,
        int_discipline_confidential.body,
        int_discipline_confidential.subject,
        int_discipline_confidential._file_sha256 as file_sha256,

        ---------- numerics
        int_discipline_confidential.period_year,
        int_discipline_confidential.reprimand_year_to_date as reprimand,
        int_discipline_confidential.warning_year_to_date as warning,
        int_discipline_confidential.dismissal_year_to_date as dismissal,
        int_discipline_confidential.expulsion_year_to_date as expulsion,
        int_discipline_confidential.dissolution_year_to_date as dissolution,
        int_discipline_confidential.discipline_total_year_to_date as discipline_total,
        int_discipline_confidential.of_which_committee_members_year_to_date
            as of_which_committee_members,
        int_discipline_confidential.dismissal_office_holders_year_to_date
            as dismissal_office_holders,

        ---------- dates
        int_discipline_confidential.interval_end
    from int_discipline_confidential
    inner join units_shown
        on
            int_discipline_confidential.unit_code = units_shown.unit_code
            and int_discipline_confidential.bloc_code = units_shown.bloc_code
            and int_discipline_confidential.period_year = units_shown.period_year

)

select * from final
