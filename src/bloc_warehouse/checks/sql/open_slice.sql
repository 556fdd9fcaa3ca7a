-- The blocs and years around what a build took up. A finding of a rule needs the rows
-- of its bloc, its year and the years around it: so the findings of a year before and
-- after the changed ones are looked for anew (is_judged), over the rows of two years
-- around.
create temporary table slice_years on commit drop as
select
    years.period_year,
    bool_or(abs(years.step) <= 1) as is_judged
from (
    select
        build_scope.period_year + steps.step as period_year,
        steps.step
    from intermediate.build_scope
    cross join generate_series(-2, 2) as steps (step)
) as years
group by years.period_year;

-- all blocs that the units ever belonged to, or the units that decisions tie them to,
-- and the blocs in whose history these stand
create temporary table slice_blocs on commit drop as
with changed as (
    select distinct unit_code from intermediate.build_scope
),

tied as (
    select unit_code from changed
    union
    select events.successor_code
    from reference.ref_unit_events as events
    inner join changed on events.unit_code = changed.unit_code
    union
    select events.unit_code
    from reference.ref_unit_events as events
    inner join changed on events.successor_code = changed.unit_code
)

select distinct lineage.bloc_code
from tied
inner join reference.ref_unit_spans as spans on tied.unit_code = spans.unit_code
inner join intermediate.int_bloc_lineage as lineage
    on spans.bloc_code = lineage.member_bloc_code;

-- with the offices; a unit that came from another bloc brings its figures along
create temporary table slice_units on commit drop as
select distinct spans.unit_code
from reference.ref_unit_spans as spans
inner join intermediate.int_bloc_lineage as lineage
    on spans.bloc_code = lineage.member_bloc_code
inner join slice_blocs on lineage.bloc_code = slice_blocs.bloc_code;

-- a slice is some thousand rows: what a sample of 3,000 of them tells is enough
set local default_statistics_target = 10;

analyze slice_years;
analyze slice_blocs;
analyze slice_units;
