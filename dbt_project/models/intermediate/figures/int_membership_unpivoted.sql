{# Stocks count the units that are open at the period's end. Whether a unit without a
   closing figure is one that counts is unknown, as its members are. #}
with

int_membership_interval_flows as (

    select * from {{ ref('int_membership_interval_flows') }}
    where is_open_at_end

),

final as (

    select
        ---------- ids
        int_membership_interval_flows.unit_key,

        ---------- text
        int_membership_interval_flows.unit_code as reporting_unit_code,
        int_membership_interval_flows.unit_code,
        int_membership_interval_flows.bloc_code,
        'membership' as form,
        figures.figure,
        figures.subject,
        'all' as conducted_by,

        ---------- numerics
        int_membership_interval_flows.period_year,
        figures.amount,
        (
            figures.amount is null
            and not figures.measure = any(int_membership_interval_flows.not_applicable)
        )::integer as blank_count,

        ---------- dates
        int_membership_interval_flows.interval_end as covers_from,
        int_membership_interval_flows.interval_end as covers_until
    from int_membership_interval_flows
    cross join lateral (
        values
        (
            'unit_count', 'all', 'closing_total',
            case when int_membership_interval_flows.closing_total is not null then 1 end
        ),
        (
            'unit_count', int_membership_interval_flows.unit_kind, 'closing_total',
            case when int_membership_interval_flows.closing_total is not null then 1 end
        ),
        (
            'member_count', 'all', 'closing_total',
            int_membership_interval_flows.closing_total
        ),
        (
            'members_female', 'all', 'closing_female',
            int_membership_interval_flows.closing_female
        ),
        (
            'members_ethnic', 'all', 'closing_ethnic',
            int_membership_interval_flows.closing_ethnic
        )
    ) as figures (figure, subject, measure, amount)

)

select * from final
