{# grain: one row per unit, period end, figure and subject #}

{# Stocks count the units that are open at the period's end. #}
with

int_membership_differenced as (

    select * from {{ ref('int_membership_differenced') }}
    where
        is_open_at_end
        and closing_total is not null

),

final as (

    select
        ---------- ids
        int_membership_differenced.unit_key,

        ---------- text
        int_membership_differenced.unit_code as reporting_unit_code,
        int_membership_differenced.unit_code,
        int_membership_differenced.bloc_code,
        'membership' as form,
        figures.figure,
        figures.subject,
        'all' as conducted_by,

        ---------- numerics
        int_membership_differenced.period_year,
        figures.amount,

        ---------- dates
        int_membership_differenced.interval_end as covers_from,
        int_membership_differenced.interval_end as covers_until
    from int_membership_differenced
    cross join lateral (
        values
        ('unit_count', 'all', 1),
        ('unit_count', int_membership_differenced.unit_kind, 1),
        ('member_count', 'all', int_membership_differenced.closing_total),
        ('members_female', 'all', int_membership_differenced.closing_female),
        ('members_ethnic', 'all', int_membership_differenced.closing_ethnic)
    ) as figures (figure, subject, amount)

)

select * from final
