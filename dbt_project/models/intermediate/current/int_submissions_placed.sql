with

int_versions_scoped as (

    select * from {{ ref('int_versions_scoped') }}
    where state not in ('pending', 'rejected')

),

ref_periods as (

    select * from {{ ref('ref_periods') }}

),

int_unit_validity_periods as (

    select * from {{ ref('int_unit_validity_periods') }}

),

{# a merged unit's last return may end after its span: the last span begun counts #}
spans_ranked as (

    select
        int_versions_scoped.*,
        ref_periods.period_type,
        ref_periods.period_start,
        ref_periods.period_end,
        int_unit_validity_periods.unit_key,
        int_unit_validity_periods.bloc_code,
        int_unit_validity_periods.unit_kind,
        int_unit_validity_periods.open_until > ref_periods.period_end as is_open_at_end,
        row_number() over (
            partition by int_versions_scoped.submission_id
            order by int_unit_validity_periods.valid_from desc
        ) as recency
    from int_versions_scoped
    inner join ref_periods
        on int_versions_scoped.period_code = ref_periods.period_code
    inner join int_unit_validity_periods
        on
            int_versions_scoped.unit_code = int_unit_validity_periods.unit_code
            and ref_periods.period_end >= int_unit_validity_periods.valid_from

),

final as (

    select
        ---------- ids
        submission_id,
        file_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        form,
        period_code,
        period_type,
        basis,
        state,

        ---------- numerics
        form_version,
        period_year,
        submission_no,

        ---------- booleans
        is_open_at_end,

        ---------- dates
        period_start,
        period_end,

        ---------- timestamps
        received_at
    from spans_ranked
    where recency = 1

)

select * from final
