-- the rows of a fact that a bloc's total adds up, with the cell of each
select
    {unit} as unit_code,
    facts.period_code,
    {amount} as amount,
    {amount} is null and not {column_names}::text[] && {not_applicable} as is_blank,
    'S-' || submissions.submission_id as submission,
    files.file_name,
    facts._sheet as sheet,
    (
        select
            string_agg(
                (submissions.columns -> {table} ->> letters.name) || facts._sheet_row,
                '+'
            )
        from unnest({column_names}::text[]) as letters (name)
    ) as cell,
    {subtracted} as subtracted
from {facts} as facts
left join marts.dim_units on facts.unit_key = dim_units.unit_key
inner join raw.submissions on facts._submission_id = submissions.submission_id
inner join raw.files on submissions.file_id = files.file_id
where facts.bloc_code in (
        select lineage.member_bloc_code
        from intermediate.int_bloc_lineage as lineage
        where lineage.bloc_code = {bloc_code} and lineage.counts_since <= {last}
    )
    and {inside}
    and {filters}
order by unit_code, facts._sheet_row
