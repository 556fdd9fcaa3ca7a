-- the bloc's name on the period's last day, and the release that readers see
select
    ref_blocs.bloc_name,
    dim_periods.period_start,
    dim_periods.period_end,
    live.release_id,
    live.published_at,
    live.published_by,
    live.publish_reason,
    live.is_overridden,
    live.audit_outcome,
    runs.critical_count,
    runs.warning_count,
    runs.report as data_docs,
    kept.outcome as bloc_outcome,
    kept.carried_from_release_id,
    kept.reason as bloc_reason,
    closings.closed_at,
    closings.closed_by
from marts.dim_periods
left join reference.ref_blocs
    on ref_blocs.bloc_code = %(bloc)s
        and dim_periods.period_end >= ref_blocs.valid_from
        and coalesce(ref_blocs.valid_to, 'infinity') > dim_periods.period_end
left join quality.releases as live on live.state = 'live'
left join quality.runs on live.audit_run_id = runs.run_id
left join quality.release_blocs as kept
    on live.release_id = kept.release_id and kept.bloc_code = %(bloc)s
left join quality.period_closings as closings
    on closings.bloc_code = %(bloc)s
        and dim_periods.period_code = closings.period_code
        and closings.reopened_at is null
where dim_periods.period_code = %(period)s
