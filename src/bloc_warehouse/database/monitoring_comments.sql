-- What each monitoring view and its columns mean, as BI tools show it: a Vietnamese label,
-- an English definition. Run by `prepare` as role ingest after the views were recreated,
-- which loses their comments.

comment on view monitoring.files_by_state is
'Tệp theo trạng thái. One row per state: how many of the files ever received are in it.';
comment on view monitoring.violations is
'Vi phạm quy tắc. One row per rule, bloc, unit, form, period and subject that ever failed.';
comment on view monitoring.open_violations is
'Vi phạm đang mở. The violations that are neither resolved nor explained nor accepted.';
comment on view monitoring.alerts is
'Cảnh báo. One row per cause and time during which somebody had to fix something.';
comment on view monitoring.open_alerts is
'Cảnh báo đang mở. The alerts that are not closed, with their age.';
comment on view monitoring.alerts_by_age is
'Cảnh báo theo tuổi. One row per group of ages: how many alerts are open.';
comment on view monitoring.alerts_by_unit is
'Cảnh báo theo đơn vị. One row per bloc and unit with open alerts; a bloc''s own have no unit.';
comment on view monitoring.deliveries is
'Gửi cảnh báo. One row per event of an alert and channel: what became of the message.';
comment on view monitoring.holds is
'Số liệu tạm giữ. One row per unit, form, period, rule and time of being left out of the facts.';
comment on view monitoring.period_closings is
'Khóa sổ kỳ. One row per bloc, period and time of being closed.';
comment on view monitoring.releases is
'Lần phát hành. One row per build of the marts, published or not.';
comment on view monitoring.release_blocs is
'Đảng bộ Khối trong lần phát hành. One row per release and bloc: what became of its rows.';
comment on view monitoring.publication_log is
'Thời gian hiển thị. One row per time during which readers saw one release.';
comment on view monitoring.published_totals is
'Tổng số đã hiển thị. One row per bloc, period, indicator and period of being shown unchanged.';
comment on view monitoring.published_claims is
'Kết luận đã hiển thị. One row per claim and time during which readers saw one verdict.';
comment on view monitoring.publish_blocks is
'Lý do chặn phát hành. One row per release and critical finding that blocked it.';
comment on view monitoring.period_notebook is
'Sổ theo dõi kỳ. One row per thing that happened to a period''s findings, closings and releases.';

do $$
declare
    described record;
begin
    for described in
        select distinct on (columns.table_name, columns.column_name)
            columns.table_name, columns.column_name, meanings.meaning
        from (
            values
            -- of what it is
            (null, 'bloc_code', 'Mã Đảng bộ Khối. The bloc; null if it concerns all blocs.'),
            (null, 'unit_code', 'Mã đơn vị. The unit, or a bloc''s office; null if it concerns none alone.'),
            (null, 'form', 'Biểu mẫu. The form by its name, as bloc forms list says; null if it concerns none alone.'),
            (null, 'period_code', 'Kỳ báo cáo. The period, such as 2024-H1; null if it concerns none alone.'),
            (null, 'subject', 'Nội dung. What else it is about: a column, an indicator, a claim; blank if nothing, null if confidential.'),
            (null, 'rule', 'Quy tắc. The rule''s code, as bloc rules show says; null if confidential.'),
            (null, 'stage', 'Bước kiểm tra. cross_check (before the facts) or audit (before publishing).'),
            (null, 'severity', 'Mức độ. critical, warning or info.'),
            (null, 'is_confidential', 'Số liệu kỷ luật. Whether figures of discipline are concerned, which are not shown here.'),
            -- what was found
            (null, 'violation_id', 'Mã vi phạm. The number shown as V-12 in messages.'),
            (null, 'left_value', 'Giá trị vế trái. The left side of what should hold; null if it is missing or confidential.'),
            (null, 'right_value', 'Giá trị vế phải. The right side of what should hold; null if it is missing or confidential.'),
            (null, 'message_vi', 'Nội dung tiếng Việt. What is wrong, in Vietnamese.'),
            (null, 'message_en', 'Nội dung tiếng Anh. What is wrong, in English.'),
            (null, 'cure_vi', 'Cách khắc phục, tiếng Việt. What to do about it, in Vietnamese; null if confidential.'),
            (null, 'cure_en', 'Cách khắc phục, tiếng Anh. What to do about it, in English; null if confidential.'),
            ('violations', 'state', 'Trạng thái. open, explained, accepted or resolved.'),
            (null, 'first_seen', 'Lần đầu phát hiện. When a check first found it.'),
            (null, 'last_seen', 'Lần cuối phát hiện. When a check last found it.'),
            (null, 'opened_at', 'Thời điểm mở. Since when it is open, or was when it ended.'),
            (null, 'resolved_at', 'Thời điểm khắc phục. When a check no longer found it; null before.'),
            (null, 'reopened_count', 'Số lần mở lại. How often it came back after it was resolved.'),
            (null, 'explanation', 'Giải trình. What the unit or the office answered.'),
            (null, 'explained_by', 'Người giải trình. Who answered.'),
            (null, 'explained_at', 'Thời điểm giải trình. When it was answered.'),
            (null, 'explanation_lapsed_at', 'Giải trình hết hiệu lực. When the figures changed that the answer was about.'),
            (null, 'accepted_reason', 'Lý do chấp nhận. Why the difference is accepted, from the reference list.'),
            (null, 'accepted_by', 'Người chấp nhận. Who accepted the difference.'),
            (null, 'accepted_until', 'Chấp nhận đến ngày. Last day of the acceptance; null if it has none.'),
            (null, 'concerned_submission_ids', 'Các bản gửi liên quan. The submissions whose figures contradict.'),
            (null, 'resolving_submission_id', 'Bản gửi khắc phục. The version that put it right; null if a rule or a list did.'),
            (null, 'hours_to_resolve', 'Số giờ đến khi khắc phục. Hours from opening to resolution; null while it is not resolved.'),
            -- alerts and messages
            (null, 'alert_id', 'Mã cảnh báo. The alert''s number.'),
            (null, 'kind', 'Loại cảnh báo. What has happened, such as publish_blocked or return_missing.'),
            (null, 'text_vi', 'Nội dung tiếng Việt. What the alert says in Vietnamese, without figures of discipline.'),
            (null, 'text_en', 'Nội dung tiếng Anh. What the alert says in English, without figures of discipline.'),
            (null, 'level', 'Mức quá hạn. How far it has escalated by being overdue: 0 at first.'),
            (null, 'changed_at', 'Thời điểm thay đổi. When it last got other items or another severity.'),
            ('period_closings', 'closed_at', 'Thời điểm khóa sổ. When the period was closed.'),
            (null, 'closed_at', 'Thời điểm đóng. When it was put right; null while it is open.'),
            (null, 'is_open', 'Đang mở. Whether it is open now.'),
            (null, 'age_days', 'Số ngày đã mở. Whole days since it opened.'),
            (null, 'age_group', 'Nhóm tuổi. For how long the alerts have been open.'),
            (null, 'critical_count', 'Số cảnh báo nghiêm trọng. Open alerts that are critical.'),
            (null, 'warning_count', 'Số cảnh báo. Open alerts that are warnings.'),
            (null, 'info_count', 'Số thông tin. Open alerts that only inform.'),
            (null, 'open_count', 'Số cảnh báo đang mở. How many alerts are open.'),
            (null, 'oldest_opened_at', 'Mở sớm nhất. When the oldest of the open alerts opened.'),
            (null, 'period_count', 'Số kỳ. How many periods the open alerts concern.'),
            (null, 'event', 'Sự kiện. What the alert says: opened, worsened, overdue or closed.'),
            (null, 'channel', 'Kênh gửi. The channel by its name in alerts.yaml.'),
            ('deliveries', 'state', 'Trạng thái gửi. pending, sent, failed (tried again) or given_up.'),
            (null, 'attempts', 'Số lần thử. How often sending was tried.'),
            (null, 'next_attempt_at', 'Lần thử kế tiếp. Not before then is sending tried again.'),
            (null, 'sent_at', 'Thời điểm gửi. When it was sent; null before.'),
            (null, 'error', 'Lỗi. Why the last try failed.'),
            -- files and holds
            ('files_by_state', 'state', 'Trạng thái tệp. pending, accepted, rejected, held, duplicate, superseded or withdrawn.'),
            (null, 'file_count', 'Số tệp. How many files are in the state.'),
            (null, 'last_registered_at', 'Lần ghi nhận cuối. When the latest of them was registered.'),
            (null, 'hold_id', 'Mã tạm giữ. The hold''s number.'),
            (null, 'cause_vi', 'Nguyên nhân, tiếng Việt. Why the figures are left out, in Vietnamese.'),
            (null, 'cause_en', 'Nguyên nhân, tiếng Anh. Why the figures are left out, in English.'),
            (null, 'held_at', 'Thời điểm tạm giữ. Since when the figures are left out.'),
            (null, 'released_at', 'Thời điểm thôi giữ. When they were let in again; null while they are held.'),
            (null, 'is_active', 'Đang giữ. Whether the figures are held now.'),
            -- closed periods
            (null, 'closing_id', 'Mã khóa sổ. The closing''s number.'),
            (null, 'closed_by', 'Người khóa sổ. Who closed the period.'),
            ('period_closings', 'reason', 'Lý do khóa sổ. Why the period was closed.'),
            (null, 'left_open', 'Còn bỏ ngỏ. What was open when the period was closed in spite of it.'),
            (null, 'reopened_at', 'Thời điểm mở lại. When the period was opened again; null while it is closed.'),
            (null, 'reopened_by', 'Người mở lại. Who opened the period again.'),
            (null, 'reopen_reason', 'Lý do mở lại. Why the period was opened again.'),
            (null, 'is_closed', 'Đang khóa. Whether this closing is in force.'),
            -- releases
            (null, 'release_id', 'Mã lần phát hành. The release''s number.'),
            (null, 'state', 'Trạng thái phát hành. building, candidate, live, previous, retired or discarded.'),
            (null, 'build_started_at', 'Bắt đầu dựng. When the build began.'),
            (null, 'built_at', 'Dựng xong. When the build was complete; null before.'),
            (null, 'audited_at', 'Thời điểm kiểm tra. When the audit ended; null before.'),
            (null, 'audit_outcome', 'Kết quả kiểm tra. passed, warned or critical; null before the audit.'),
            (null, 'published_at', 'Thời điểm phát hành. When readers first saw it; null if they never did.'),
            (null, 'published_by', 'Người phát hành. Who published it: a person, schedule:<dag> or run:<name>.'),
            (null, 'publish_reason', 'Lý do phát hành. Why it was published; an override has one.'),
            (null, 'is_overridden', 'Phát hành dù bị chặn. Whether it was shown in spite of critical findings.'),
            (null, 'rolled_back_at', 'Thời điểm thu hồi. When it was rolled back; null if it was not.'),
            (null, 'rolled_back_by', 'Người thu hồi. Who rolled it back.'),
            (null, 'blocked_at', 'Thời điểm bị chặn. When it was first refused; null if it never was.'),
            (null, 'outcome', 'Kết quả. blocked, published, overridden, carried (as in an earlier release) or left_out.'),
            (null, 'carried_from_release_id', 'Lấy từ lần phát hành. The earlier release whose rows the bloc keeps.'),
            (null, 'decided_at', 'Thời điểm quyết định. When that was decided.'),
            (null, 'decided_by', 'Người quyết định. Who published it in spite of findings; null if nobody did.'),
            ('release_blocs', 'reason', 'Lý do. Why it was decided; an override has one.'),
            -- what readers saw
            (null, 'cause', 'Nguyên do. published, overridden or rolled_back: how it came to be shown.'),
            (null, 'shown_from', 'Hiển thị từ. When readers began to see it.'),
            (null, 'shown_to', 'Hiển thị đến. When they saw something else; null while they see it.'),
            (null, 'shown_by', 'Người cho hiển thị. Who published it.'),
            ('publication_log', 'reason', 'Lý do. Why it was shown, if a reason was given.'),
            (null, 'blocked_blocs', 'Các Đảng bộ Khối giữ nguyên. Blocs whose rows stayed as they were before.'),
            (null, 'is_now', 'Hiện nay. Whether readers see it now.'),
            (null, 'indicator', 'Chỉ tiêu. The total by its name, as in rpt_bloc_totals.'),
            (null, 'computed_total', 'Số tổng hợp. The total computed from the units'' returns.'),
            (null, 'declared_total', 'Số Khối báo cáo. The same total as the bloc''s own summary states it; null if it has none.'),
            (null, 'units_reported', 'Số đơn vị đã báo cáo. How many units it includes.'),
            (null, 'units_expected', 'Số đơn vị phải báo cáo. How many units were due.'),
            (null, 'blank_count', 'Số ô bỏ trống. Cells left blank, which it lacks; null if it was shown before they were counted.'),
            (null, 'is_complete', 'Đầy đủ. Whether all that were due are in it.'),
            (null, 'seen_from', 'Thấy từ. When readers began to see this.'),
            (null, 'seen_to', 'Thấy đến. When it changed for them; null while they see this.'),
            (null, 'claim_id', 'Mã số liệu. Source document and number of the printed figure.'),
            (null, 'verdict', 'Kết luận. met, not_met or not_recomputable.'),
            ('published_claims', 'reason', 'Lý do. Why the claim is not met, or cannot be recomputed; null if it is met.'),
            (null, 'recomputed', 'Số tính lại. The printed figure recomputed from the units'' returns.'),
            -- the notebook
            (null, 'happened_at', 'Thời điểm. When it happened.'),
            (null, 'entry', 'Sự việc. What happened, in a few words.'),
            (null, 'what', 'Đối tượng. To what: a finding, a closing or a release, by its number.'),
            (null, 'by_whom', 'Người thực hiện. Who did it; null if a check did.'),
            (null, 'note', 'Ghi chú. What was said about it; null if it is confidential.'),
            ('period_notebook', 'message_vi', 'Nội dung tiếng Việt. What was wrong or left open; of a release the audit''s outcome.'),
            ('period_notebook', 'message_en', 'Nội dung tiếng Anh. What was wrong or left open; of a release the audit''s outcome.')
        ) as meanings (only_in, column_name, meaning)
        inner join information_schema.columns
            on meanings.column_name = columns.column_name
            and coalesce(meanings.only_in, columns.table_name) = columns.table_name
        where columns.table_schema = 'monitoring'
        order by columns.table_name, columns.column_name, meanings.only_in nulls last
    loop
        execute format(
            'comment on column monitoring.%I.%I is %L',
            described.table_name, described.column_name, described.meaning
        );
    end loop;
end
$$;
