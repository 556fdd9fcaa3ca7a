{# grain: one row per unit, year, body and subject with a count that may be shown #}

{# A count is shown for a whole year, from the threshold on: a part of a year could be
   taken from another. Of the forms below the threshold the sum must leave open which
   of them it is made of, or else the total is withheld too: also to those who know how
   many were expelled, for a unit that nobody has left has expelled nobody. #}
{% set threshold = var('suppression_threshold') %}
with

int_discipline_confidential as (

    select * from {{ ref('int_discipline_confidential') }}
    where interval_end = make_date(period_year, 12, 31)

),

forms_hidden as (

    select
        int_discipline_confidential.*,
        forms.hidden_forms,
        forms.hidden_sum,
        forms.other_hidden_forms,
        forms.other_hidden_sum
    from int_discipline_confidential
    cross join lateral (
        select
            count(*) as hidden_forms,
            coalesce(sum(form_counts.form_count), 0) as hidden_sum,
            count(*) filter (where not form_counts.is_known) as other_hidden_forms,
            coalesce(sum(form_counts.form_count) filter (
                where not form_counts.is_known
            ), 0) as other_hidden_sum
        from (
            values
            ('member', false, int_discipline_confidential.reprimand_year_to_date),
            ('member', false, int_discipline_confidential.warning_year_to_date),
            ('member', false, int_discipline_confidential.dismissal_year_to_date),
            ('member', true, int_discipline_confidential.expulsion_year_to_date),
            ('organisation', false, int_discipline_confidential.reprimand_year_to_date),
            ('organisation', false, int_discipline_confidential.warning_year_to_date),
            (
                'organisation', false,
                int_discipline_confidential.dissolution_year_to_date
            )
        ) as form_counts (subject, is_known, form_count)
        where
            form_counts.subject = int_discipline_confidential.subject
            and (form_counts.form_count >= {{ threshold }}) is not true
    ) as forms

),

totals_hidden as (

    select
        *,
        (hidden_sum > 0 and hidden_forms = 1)
        or (
            other_hidden_sum > 0
            and (
                other_hidden_forms = 1
                or other_hidden_sum >= other_hidden_forms * ({{ threshold }} - 1)
            )
        ) as is_telling
    from forms_hidden

),

counts_shown as (

    select
        ---------- ids
        _submission_id as submission_id,
        unit_key,

        ---------- text
        unit_code,
        bloc_code,
        unit_kind,
        period_code,
        body,
        subject,
        _file_sha256 as file_sha256,

        ---------- numerics
        period_year,
        {{ shown_from_threshold('reprimand_year_to_date') }} as reprimand,
        {{ shown_from_threshold('warning_year_to_date') }} as warning,
        {{ shown_from_threshold('dismissal_year_to_date') }} as dismissal,
        {{ shown_from_threshold('expulsion_year_to_date') }} as expulsion,
        {{ shown_from_threshold('dissolution_year_to_date') }} as dissolution,
        case
            when not is_telling
                then {{ shown_from_threshold('discipline_total_year_to_date') }}
        end as discipline_total,
        {{ shown_from_threshold('of_which_committee_members_year_to_date') }}
            as of_which_committee_members,
        {{ shown_from_threshold('dismissal_office_holders_year_to_date') }}
            as dismissal_office_holders,

        ---------- dates
        interval_end
    from totals_hidden

),

final as (

    select * from counts_shown
    where
        num_nonnulls(
            reprimand, warning, dismissal, expulsion, dissolution, discipline_total,
            of_which_committee_members, dismissal_office_holders
        ) > 0

)

select * from final
