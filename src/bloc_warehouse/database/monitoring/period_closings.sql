-- Closed periods.

create view monitoring.period_closings with (security_barrier) as
select
    closing_id,
    bloc_code,
    period_code,
    closed_at,
    closed_by,
    reason,
    left_open,
    reopened_at,
    reopened_by,
    reopen_reason,
    reopened_at is null as is_closed
from quality.period_closings
where monitoring.may_read(bloc_code, null, (select monitoring.rights_of(current_user)))
offset 0; -- noqa: AM09

comment on view monitoring.period_closings is
'Khóa sổ kỳ. One row per bloc, period and time of being closed.';
comment on column monitoring.period_closings.closing_id is
'Mã khóa sổ. The closing''s number.';
comment on column monitoring.period_closings.closed_at is
'Thời điểm khóa sổ. When the period was closed.';
comment on column monitoring.period_closings.closed_by is
'Người khóa sổ. Who closed the period.';
comment on column monitoring.period_closings.reason is
'Lý do khóa sổ. Why the period was closed.';
comment on column monitoring.period_closings.left_open is
'Còn bỏ ngỏ. What was open when the period was closed in spite of it.';
comment on column monitoring.period_closings.reopened_at is
'Thời điểm mở lại. When the period was opened again; null while it is closed.';
comment on column monitoring.period_closings.reopened_by is
'Người mở lại. Who opened the period again.';
comment on column monitoring.period_closings.reopen_reason is
'Lý do mở lại. Why the period was opened again.';
comment on column monitoring.period_closings.is_closed is
'Đang khóa. Whether this closing is in force.';
