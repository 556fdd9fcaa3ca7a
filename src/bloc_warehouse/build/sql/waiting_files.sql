-- how many of the files that were answered since a moment came from each bloc, by where
-- their units are now; a file of no known unit has none
with blocs as (
    select distinct on (unit_code)
        unit_code,
        bloc_code
    from reference.ref_unit_spans
    order by unit_code asc, valid_from desc
)

select
    blocs.bloc_code,
    count(distinct files.file_id) as file_count
from raw.files
inner join raw.submissions on files.file_id = submissions.file_id
inner join blocs on submissions.unit_code = blocs.unit_code
where files.answered_at >= %(since)s
group by blocs.bloc_code
order by blocs.bloc_code
