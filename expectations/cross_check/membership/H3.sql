with returns as (
    select
        submissions.unit_code,
        submissions.period_code,
        submissions.period_year,
        submissions.period_start,
        submissions.period_end,
        submissions.basis,
        submissions.submission_id,
        membership.inc_transfer_internal,
        membership.dec_transfer_internal,
        membership.inc_transfer_external,
        membership.dec_transfer_external
    from intermediate.int_submissions_current as submissions
    left join intermediate.int_membership_current as membership
        on submissions.submission_id = membership.submission_id
    where submissions.form = 'membership'
),

periods as (
    select distinct
        period_code,
        period_year,
        period_start,
        period_end,
        basis
    from returns
),

blocs as (
    select distinct on (bloc_code)
        bloc_code,
        valid_to,
        nullif(successor_bloc_code, '') as successor_bloc_code
    from reference.ref_blocs
    order by bloc_code asc, valid_from desc
),

-- each unit open in the period, in the bloc of its last open day, or in that
-- bloc's successor where the bloc itself ended in the period
members as (
    select distinct on (periods.period_code, units.unit_code)
        periods.*,
        units.unit_code,
        case
            when blocs.valid_to <= periods.period_end
                then coalesce(blocs.successor_bloc_code, units.bloc_code)
            else units.bloc_code
        end as bloc_code,
        coalesce(units.valid_to, 'infinity') <= periods.period_end as is_closed
    from periods
    inner join reference.ref_unit_spans as units
        on periods.period_end >= units.valid_from
            and coalesce(units.valid_to, 'infinity') > periods.period_start
    left join blocs on units.bloc_code = blocs.bloc_code
    where units.unit_kind <> 'bloc_office'
    order by periods.period_code asc, units.unit_code asc, units.valid_from desc
),

reported as (
    select distinct on (members.period_code, members.unit_code)
        members.period_code,
        members.bloc_code,
        returns.unit_code,
        returns.submission_id,
        returns.inc_transfer_internal,
        returns.dec_transfer_internal,
        returns.inc_transfer_external,
        returns.dec_transfer_external
    from members
    left join returns
        on members.unit_code = returns.unit_code
            and (
                members.period_code = returns.period_code
                or (
                    members.is_closed
                    and members.basis = 'cumulative'
                    and returns.basis = 'cumulative'
                    and members.period_year = returns.period_year
                    and members.period_end > returns.period_end
                )
            )
    order by
        members.period_code asc,
        members.unit_code asc,
        returns.period_end desc nulls last
),

sums as (
    select
        bloc_code,
        period_code,
        case when bool_and(inc_transfer_internal is not null)
                then sum(inc_transfer_internal)
        end as transferred_in,
        case when bool_and(dec_transfer_internal is not null)
                then sum(dec_transfer_internal)
        end as transferred_out
    from reported
    group by bloc_code, period_code
    having bool_and(unit_code is not null)
),

-- as many as lack inside the bloc, written under outside of it; of several units that
-- have just as many nobody is suspected
misplaced as (
    select
        reported.bloc_code,
        reported.unit_code,
        reported.period_code,
        reported.submission_id,
        externals.*,
        sums.transferred_in,
        sums.transferred_out,
        count(*) over (
            partition by reported.bloc_code, reported.period_code
        ) as candidates
    from reported
    inner join sums
        on reported.bloc_code = sums.bloc_code
            and reported.period_code = sums.period_code
    cross join
        lateral (
            values
            (
                'inc_transfer_external', 'chuyển đến ngoài Khối', 'from outside',
                reported.inc_transfer_external,
                sums.transferred_out - sums.transferred_in
            ),
            (
                'dec_transfer_external', 'chuyển đi ngoài Khối', 'to outside',
                reported.dec_transfer_external,
                sums.transferred_in - sums.transferred_out
            )
        ) as externals (measure, label_vi, label_en, amount, lacking)
    where externals.amount > 0 and externals.amount = externals.lacking
)

select
    bloc_code,
    null::text as unit_code,
    'membership' as form,
    period_code,
    null::text as subject,
    '' as subject_vi,
    '' as subject_en,
    null::bigint as submission_id,
    transferred_in as left_value,
    transferred_out as right_value
from sums
union all
select
    bloc_code,
    unit_code,
    'membership' as form,
    period_code,
    measure as subject,
    '; số lệch bằng đúng số ' || label_vi || ' của đơn vị' as subject_vi,
    '; as many as the unit moved ' || label_en as subject_en,
    submission_id,
    transferred_in as left_value,
    transferred_out as right_value
from misplaced
where candidates = 1
