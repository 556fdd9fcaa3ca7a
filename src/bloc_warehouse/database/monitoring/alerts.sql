-- Alerts, and their messages.

create view monitoring.alerts with (security_barrier) as
select
    alert_id,
    kind,
    severity,
    bloc_code,
    unit_code,
    period_code,
    subject,
    public_vi as text_vi,
    public_en as text_en,
    level,
    opened_at,
    changed_at,
    closed_at,
    closed_at is null as is_open
from quality.alerts
where monitoring.may_read(
        bloc_code, unit_code, (select monitoring.rights_of(current_user))
    )
offset 0; -- noqa: AM09

comment on view monitoring.alerts is
'Cảnh báo. One row per cause and time during which somebody had to fix something.';
comment on column monitoring.alerts.alert_id is
'Mã cảnh báo. The alert''s number.';
comment on column monitoring.alerts.kind is
'Loại cảnh báo. What has happened, such as publish_blocked or return_missing.';
comment on column monitoring.alerts.text_vi is
'Nội dung tiếng Việt. What the alert says in Vietnamese, without figures of '
'discipline.';
comment on column monitoring.alerts.text_en is
'Nội dung tiếng Anh. What the alert says in English, without figures of discipline.';
comment on column monitoring.alerts.level is
'Mức quá hạn. How far it has escalated by being overdue: 0 at first.';
comment on column monitoring.alerts.changed_at is
'Thời điểm thay đổi. When it last got other items or another severity.';
comment on column monitoring.alerts.closed_at is
'Thời điểm đóng. When it was put right; null while it is open.';
comment on column monitoring.alerts.is_open is
'Đang mở. Whether it is open now.';

create view monitoring.open_alerts with (security_barrier) as
select
    alert_id,
    kind,
    severity,
    bloc_code,
    unit_code,
    period_code,
    subject,
    text_vi,
    text_en,
    level,
    opened_at,
    changed_at,
    extract(epoch from clock_timestamp() - opened_at)::integer / 86400 as age_days
from monitoring.alerts
where is_open;

comment on view monitoring.open_alerts is
'Cảnh báo đang mở. The alerts that are not closed, with their age.';
comment on column monitoring.open_alerts.age_days is
'Số ngày đã mở. Whole days since it opened.';

create view monitoring.alerts_by_age with (security_barrier) as
select
    ages.age_group,
    count(*) filter (where open_alerts.severity = 'critical') as critical_count,
    count(*) filter (where open_alerts.severity = 'warning') as warning_count,
    count(*) filter (where open_alerts.severity = 'info') as info_count
from (
    values (1, 'today', 0, 0), (2, '1 to 7 days', 1, 7), (3, '8 to 30 days', 8, 30),
    (4, 'over 30 days', 31, 2147483647)
) as ages (age_order, age_group, from_days, to_days)
left join monitoring.open_alerts
    on open_alerts.age_days between ages.from_days and ages.to_days
group by ages.age_order, ages.age_group
order by ages.age_order;

comment on view monitoring.alerts_by_age is
'Cảnh báo theo tuổi. One row per group of ages: how many alerts are open.';
comment on column monitoring.alerts_by_age.age_group is
'Nhóm tuổi. For how long the alerts have been open.';
comment on column monitoring.alerts_by_age.critical_count is
'Số cảnh báo nghiêm trọng. Open alerts that are critical.';
comment on column monitoring.alerts_by_age.warning_count is
'Số cảnh báo. Open alerts that are warnings.';
comment on column monitoring.alerts_by_age.info_count is
'Số thông tin. Open alerts that only inform.';

create view monitoring.alerts_by_unit with (security_barrier) as
select
    bloc_code,
    unit_code,
    count(*) as open_count,
    count(*) filter (where severity = 'critical') as critical_count,
    min(opened_at) as oldest_opened_at,
    count(distinct period_code) as period_count
from monitoring.open_alerts
where bloc_code is not null
group by bloc_code, unit_code;

comment on view monitoring.alerts_by_unit is
'Cảnh báo theo đơn vị. One row per bloc and unit with open alerts; a bloc''s own '
'have no unit.';
comment on column monitoring.alerts_by_unit.open_count is
'Số cảnh báo đang mở. How many alerts are open.';
comment on column monitoring.alerts_by_unit.oldest_opened_at is
'Mở sớm nhất. When the oldest of the open alerts opened.';
comment on column monitoring.alerts_by_unit.period_count is
'Số kỳ. How many periods the open alerts concern.';

create view monitoring.deliveries with (security_barrier) as
select
    alert_id,
    event,
    channel,
    state,
    attempts,
    next_attempt_at,
    sent_at,
    error
from quality.deliveries
where alert_id in (select alerts.alert_id from monitoring.alerts)
offset 0; -- noqa: AM09

comment on view monitoring.deliveries is
'Gửi cảnh báo. One row per event of an alert and channel: what became of the '
'message.';
comment on column monitoring.deliveries.event is
'Sự kiện. What the alert says: opened, worsened, overdue or closed.';
comment on column monitoring.deliveries.channel is
'Kênh gửi. The channel by its name in alerts.yaml.';
comment on column monitoring.deliveries.state is
'Trạng thái gửi. pending, sent, failed (tried again) or given_up.';
comment on column monitoring.deliveries.attempts is
'Số lần thử. How often sending was tried.';
comment on column monitoring.deliveries.next_attempt_at is
'Lần thử kế tiếp. Not before then is sending tried again.';
comment on column monitoring.deliveries.sent_at is
'Thời điểm gửi. When it was sent; null before.';
comment on column monitoring.deliveries.error is
'Lỗi. Why the last try failed.';
