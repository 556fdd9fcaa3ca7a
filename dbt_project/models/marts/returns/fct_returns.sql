with

int_returns_evaluated as (

    select * from {{ ref('int_returns_evaluated') }}
    where {{ is_in_scope(['unit_code', 'period_year']) }}

),

final as (

    select
        ---------- ids
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
    from int_returns_evaluated

)

select * from final
