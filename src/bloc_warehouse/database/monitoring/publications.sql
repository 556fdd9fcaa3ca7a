-- What readers saw, and from when to when.

create view monitoring.publication_log with (security_barrier) as
select
    release_id,
    cause,
    shown_from,
    shown_to,
    shown_by,
    reason,
    is_overridden,
    audit_outcome,
    blocked_blocs,
    shown_to is null as is_now
from quality.publication_log;

comment on view monitoring.publication_log is
'Thời gian hiển thị. One row per time during which readers saw one release.';
comment on column monitoring.publication_log.cause is
'Nguyên do. published, overridden or rolled_back: how it came to be shown.';
comment on column monitoring.publication_log.shown_from is
'Hiển thị từ. When readers began to see it.';
comment on column monitoring.publication_log.shown_to is
'Hiển thị đến. When they saw something else; null while they see it.';
comment on column monitoring.publication_log.shown_by is
'Người cho hiển thị. Who published it.';
comment on column monitoring.publication_log.reason is
'Lý do. Why it was shown, if a reason was given.';
comment on column monitoring.publication_log.blocked_blocs is
'Các Đảng bộ Khối giữ nguyên. Blocs whose rows stayed as they were before.';
comment on column monitoring.publication_log.is_now is
'Hiện nay. Whether readers see it now.';

-- counts of discipline stay out: readers could compare two releases
create view monitoring.published_totals with (security_barrier) as
select
    bloc_code,
    period_code,
    indicator,
    computed_total,
    declared_total,
    units_reported,
    units_expected,
    blank_count,
    is_complete,
    release_id,
    seen_from,
    seen_to
from quality.published_totals
where indicator <> 'members_disciplined'
    and (
        monitoring.may_read(
            bloc_code, null, (select monitoring.rights_of(current_user))
        )
        or monitoring.reads_totals(current_user)
    )
offset 0; -- noqa: AM09

comment on view monitoring.published_totals is
'Tổng số đã hiển thị. One row per bloc, period, indicator and period of being shown'
' unchanged.';
comment on column monitoring.published_totals.indicator is
'Chỉ tiêu. The total by its name, as in rpt_bloc_totals.';
comment on column monitoring.published_totals.computed_total is
'Số tổng hợp. The total computed from the units'' returns.';
comment on column monitoring.published_totals.declared_total is
'Số Khối báo cáo. The same total as the bloc''s own summary states it; null if it '
'has none.';
comment on column monitoring.published_totals.units_reported is
'Số đơn vị đã báo cáo. How many units it includes.';
comment on column monitoring.published_totals.units_expected is
'Số đơn vị phải báo cáo. How many units were due.';
comment on column monitoring.published_totals.blank_count is
'Số ô bỏ trống. Cells left blank, which it lacks; null if it was shown before they '
'were counted.';
comment on column monitoring.published_totals.is_complete is
'Đầy đủ. Whether all that were due are in it.';
comment on column monitoring.published_totals.seen_from is
'Thấy từ. When readers began to see this.';
comment on column monitoring.published_totals.seen_to is
'Thấy đến. When it changed for them; null while they see this.';

create view monitoring.published_claims with (security_barrier) as
select
    claim_id,
    bloc_code,
    verdict,
    reason,
    recomputed::double precision as recomputed,
    units_reported,
    units_expected,
    blank_count,
    release_id,
    seen_from,
    seen_to
from quality.published_claims
where monitoring.may_read(bloc_code, null, (select monitoring.rights_of(current_user)))
    or monitoring.reads_totals(current_user)
offset 0; -- noqa: AM09

comment on view monitoring.published_claims is
'Kết luận đã hiển thị. One row per claim and time during which readers saw one '
'verdict.';
comment on column monitoring.published_claims.claim_id is
'Mã số liệu. Source document and number of the printed figure.';
comment on column monitoring.published_claims.verdict is
'Kết luận. met, not_met or not_recomputable.';
comment on column monitoring.published_claims.reason is
'Lý do. Why the claim is not met, or cannot be recomputed; null if it is met.';
comment on column monitoring.published_claims.recomputed is
'Số tính lại. The printed figure recomputed from the units'' returns.';
