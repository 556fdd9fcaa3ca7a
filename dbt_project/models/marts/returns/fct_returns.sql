with

int_returns_evaluated as (

    select * from {{ ref('int_returns_evaluated') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

dim_units as (

    select * from {{ ref('dim_units') }}

),

{# the unit's span in the bloc to which the return is owed, the last one by then #}
returns_spanned as (

    select
        int_returns_evaluated.*,
        dim_units.unit_key,
        row_number() over (
            partition by
                int_returns_evaluated.unit_code,
                int_returns_evaluated.form,
                int_returns_evaluated.period_code
            order by
                int_returns_evaluated.bloc_code = dim_units.bloc_code desc,
                dim_units.valid_from desc
        ) as recency
    from int_returns_evaluated
    left join dim_units
        on
            int_returns_evaluated.unit_code = dim_units.unit_code
            and int_returns_evaluated.period_end >= dim_units.valid_from

),

final as (

    select
        ---------- ids
        unit_key,
        {{ period_key() }} as period_key,
        submission_id,

        ---------- text
        unit_code,
        bloc_code,
        form,
        owed_by,
        period_code,
        period_type,
        state,

        ---------- numerics
        period_year,

        ---------- booleans
        is_expected,
        is_due,
        is_reported,
        is_late,

        ---------- dates
        period_end,
        due_on,
        counted_on,

        ---------- timestamps
        received_at
    from returns_spanned
    where recency = 1

)

select * from final
