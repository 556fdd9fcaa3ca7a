-- a run that looks at everything replaces all findings of its stage
delete from quality.findings
where run_id in (
        select runs.run_id from quality.runs
        where runs.stage = %(stage)s and runs.run_id <> %(run_id)s
    )
