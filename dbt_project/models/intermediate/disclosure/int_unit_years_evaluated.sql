{# A unit's year is clear when all its counts of discipline are nothing or at least the
   threshold. It is shown whole or not at all, so that a row that is missing says of no
   count how small it is. #}
with

int_bloc_years_scoped as (

    select * from {{ ref('int_bloc_years_scoped') }}

),

int_discipline_confidential as (

    select int_discipline_confidential.*
    from {{ ref('int_discipline_confidential') }} as int_discipline_confidential
    inner join int_bloc_years_scoped
        on
            int_discipline_confidential.bloc_code = int_bloc_years_scoped.bloc_code
            and int_discipline_confidential.period_year
            = int_bloc_years_scoped.period_year
    where
        int_discipline_confidential.interval_end
        = make_date(int_discipline_confidential.period_year, 12, 31)

),

counts_listed as (

    select
        int_discipline_confidential.*,
        listed.counts,
        listed.small_counts
    from int_discipline_confidential
    cross join lateral (
        select
            array_agg(stated.stated_count order by stated.place) as counts,
            count(*) filter (
                where
                stated.stated_count > 0
                and stated.stated_count < {{ suppression_threshold() }}
            ) as small_counts
        from (
            values
            (1, int_discipline_confidential.reprimand_year_to_date),
            (2, int_discipline_confidential.warning_year_to_date),
            (3, int_discipline_confidential.dismissal_year_to_date),
            (4, int_discipline_confidential.expulsion_year_to_date),
            (5, int_discipline_confidential.dissolution_year_to_date),
            (6, int_discipline_confidential.discipline_total_year_to_date),
            (7, int_discipline_confidential.of_which_committee_members_year_to_date),
            (8, int_discipline_confidential.dismissal_office_holders_year_to_date)
        ) as stated (place, stated_count)
    ) as listed

),

final as (

    select
        ---------- text
        bloc_code,
        unit_code,
        md5(string_agg(
            concat_ws(':', body, subject, counts::text), ' ' order by body, subject
        )) as counts_md5,

        ---------- numerics
        period_year,
        coalesce(sum(discipline_total_year_to_date) filter (
            where subject = 'member'
        ), 0) as members_disciplined,

        ---------- booleans
        bool_and(
            discipline_total_year_to_date is not null and small_counts = 0
        ) as is_clear
    from counts_listed
    group by
        bloc_code,
        unit_code,
        period_year

)

select * from final
