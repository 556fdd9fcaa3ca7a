with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_returns_expected as (

    select distinct
        int_returns_expected.bloc_code,
        int_returns_expected.form,
        int_returns_expected.period_end
    from {{ ref('int_returns_expected') }} as int_returns_expected
    inner join int_bloc_years_scoped
        on
            int_returns_expected.bloc_code = int_bloc_years_scoped.bloc_code
            and int_returns_expected.period_year = int_bloc_years_scoped.period_year

),


int_submissions_counted as (

    select * from {{ ref('int_submissions_counted') }}

),

stg_raw__bloc_summary as (

    select * from {{ ref('stg_raw__bloc_summary') }}

),

ref_periods as (

    select * from {{ ref('ref_periods') }}
    where basis = 'cumulative'

),

periods_begun as (

    select * from {{ ref('ref_periods') }} as periods
    where {{ has_begun('periods') }}

),

ref_summary_indicators as (

    select * from {{ ref('ref_summary_indicators') }}

),

{# those that units owe returns for, once begun, and those the office declared #}
totals_listed as (

    select
        int_returns_expected.bloc_code,
        periods_begun.period_code,
        ref_summary_indicators.indicator,
        null::bigint as declared_total
    from int_returns_expected
    inner join periods_begun
        on int_returns_expected.period_end = periods_begun.period_end
    inner join ref_summary_indicators
        on int_returns_expected.form = ref_summary_indicators.form
    union all
    select
        int_submissions_counted.bloc_code,
        int_submissions_counted.period_code,
        stg_raw__bloc_summary.indicator,
        stg_raw__bloc_summary.declared_total
    from int_submissions_counted
    inner join int_bloc_years_scoped
        on
            int_submissions_counted.bloc_code = int_bloc_years_scoped.bloc_code
            and int_submissions_counted.period_year = int_bloc_years_scoped.period_year
    inner join stg_raw__bloc_summary
        on
            int_submissions_counted.submission_id = stg_raw__bloc_summary.submission_id
    where int_submissions_counted.form = 'bloc_summary'

),

totals_united as (

    select
        bloc_code,
        period_code,
        indicator,
        max(declared_total) as declared_total
    from totals_listed
    group by
        bloc_code,
        period_code,
        indicator

),

final as (

    select
        ---------- text
        totals_united.bloc_code,
        ref_periods.period_code,
        ref_periods.period_type,
        totals_united.indicator,
        ref_summary_indicators.form,
        ref_summary_indicators.figure,
        ref_summary_indicators.subject,

        ---------- numerics
        ref_periods.period_year,
        totals_united.declared_total,

        ---------- booleans
        ref_summary_indicators.is_in_summary,
        ref_summary_indicators.is_confidential,

        ---------- dates
        case
            when ref_summary_indicators.accrual = 'stock' then ref_periods.period_end
            else ref_periods.period_start
        end as counts_from,
        ref_periods.period_end as counts_until
    from totals_united
    inner join ref_periods
        on totals_united.period_code = ref_periods.period_code
    inner join ref_summary_indicators
        on totals_united.indicator = ref_summary_indicators.indicator

)

select * from final
