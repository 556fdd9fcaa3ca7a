-- what had been received, of the units that ever belonged to the blocs' lineage
create temporary table units_asked_for as
select distinct spans.unit_code
from staging.stg_reference__unit_spans as spans
where cardinality({blocs}::text[]) = 0
    or spans.bloc_code in (
        select lineage.member_bloc_code
        from intermediate.int_bloc_lineage as lineage
        where lineage.bloc_code = any({blocs}::text[])
    );

create temporary table submissions as
select submissions.* -- noqa: AM04
from raw.submissions
inner join units_asked_for on submissions.unit_code = units_asked_for.unit_code
where submissions.received_at <= {moment};
create index on submissions (submission_id);
create index on submissions (unit_code, form, period_code);
analyze submissions;

-- a full build: every unit and year
create temporary table build_scope as
with years as (select distinct period_year from reference.ref_periods)

select
    units_asked_for.unit_code,
    years.period_year
from units_asked_for
cross join years;
analyze build_scope
