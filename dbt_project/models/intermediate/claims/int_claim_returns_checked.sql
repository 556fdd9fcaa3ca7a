{# grain: one row per claim and unit that owes a return in its scope #}

{# A return that is due is reported when an interval counted ends with it, or after it
   yet inside the part: a half-year is contained in the year's cumulative. #}
with

int_claim_parts_scoped as (

    select * from {{ ref('int_claim_parts_scoped') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

int_returns_expected as (

    select * from {{ ref('int_returns_expected') }}

),

int_submissions_chained as (

    select * from {{ ref('int_submissions_chained') }}

),

int_receipts_dated as (

    select * from {{ ref('int_receipts_dated') }}

),

{# a claim on some bodies rests on the returns of those who report for them #}
returns_in_scope as (

    select
        int_claim_parts_scoped.claim_id,
        int_claim_parts_scoped.accrual,
        int_claim_parts_scoped.due_until,
        int_returns_expected.*
    from int_claim_parts_scoped
    inner join int_bloc_lineage_traced
        on
            int_claim_parts_scoped.bloc_code = int_bloc_lineage_traced.bloc_code
            and int_claim_parts_scoped.counts_until
            >= int_bloc_lineage_traced.counts_since
    inner join int_returns_expected
        on
            int_bloc_lineage_traced.member_bloc_code = int_returns_expected.bloc_code
            and int_claim_parts_scoped.form = int_returns_expected.form
            and int_returns_expected.period_end
            between int_claim_parts_scoped.due_from and int_claim_parts_scoped.due_until
    where
        int_claim_parts_scoped.conducted_by = 'all'
        or (int_claim_parts_scoped.conducted_by, int_returns_expected.owed_by) in (
            select
                ref_conducting_bodies.conducted_by,
                ref_conducting_bodies.owed_by
            from {{ ref('ref_conducting_bodies') }} as ref_conducting_bodies
        )

),

returns_counted as (

    select
        returns_in_scope.claim_id,
        returns_in_scope.accrual,
        returns_in_scope.unit_code,
        returns_in_scope.form,
        returns_in_scope.period_code,
        returns_in_scope.due_on,
        count(int_submissions_chained.submission_id) > 0 as is_counted
    from returns_in_scope
    left join int_submissions_chained
        on
            returns_in_scope.unit_code = int_submissions_chained.unit_code
            and returns_in_scope.form = int_submissions_chained.form
            and returns_in_scope.period_year = int_submissions_chained.period_year
            and int_submissions_chained.interval_end
            between returns_in_scope.period_end and returns_in_scope.due_until
    group by
        returns_in_scope.claim_id,
        returns_in_scope.accrual,
        returns_in_scope.unit_code,
        returns_in_scope.form,
        returns_in_scope.period_code,
        returns_in_scope.due_on

),

{# an award may be given at any time: what is not yet due is not waited for #}
final as (

    select
        ---------- ids
        returns_counted.claim_id,

        ---------- text
        returns_counted.unit_code,

        ---------- booleans
        bool_and(returns_counted.is_counted) as is_reported
    from returns_counted
    cross join int_receipts_dated
    where
        returns_counted.accrual != 'merit'
        or returns_counted.is_counted
        or returns_counted.due_on < int_receipts_dated.last_received_on
    group by
        returns_counted.claim_id,
        returns_counted.unit_code

)

select * from final
