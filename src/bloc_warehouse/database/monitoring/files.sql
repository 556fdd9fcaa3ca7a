-- Files, and figures that are held.

create view monitoring.files_by_state with (security_barrier) as
select
    states.state,
    count(files.file_id) as file_count,
    max(files.registered_at) as last_registered_at
from unnest(array[
        'pending',
        'accepted',
        'rejected',
        'held',
        'duplicate',
        'superseded',
        'withdrawn'
    ]) with ordinality as states (state, state_order)
left join raw.files on states.state = files.state
group by states.state, states.state_order
order by states.state_order;

comment on view monitoring.files_by_state is
'Tệp theo trạng thái. One row per state: how many of the files ever received are in'
' it.';
comment on column monitoring.files_by_state.state is
'Trạng thái tệp. pending, accepted, rejected, held, duplicate, superseded or '
'withdrawn.';
comment on column monitoring.files_by_state.file_count is
'Số tệp. How many files are in the state.';
comment on column monitoring.files_by_state.last_registered_at is
'Lần ghi nhận cuối. When the latest of them was registered.';

create view monitoring.holds with (security_barrier) as
select
    holds.hold_id,
    holds.unit_code,
    holds.form,
    holds.period_code,
    case when not masked.is_confidential then holds.rule end as rule,
    case when masked.is_confidential then 'Số liệu kỷ luật, không hiển thị ở đây'
        else holds.cause_vi
    end as cause_vi,
    case when masked.is_confidential then 'Discipline figures, not shown here'
        else holds.cause_en
    end as cause_en,
    holds.held_at,
    holds.released_at,
    holds.released_at is null as is_active
from quality.holds
cross join
    lateral ( -- noqa: ST05
        select quality.is_confidential(holds.rule, holds.form, null) as is_confidential
    ) as masked
where monitoring.may_read(
        null, holds.unit_code, (select monitoring.rights_of(current_user))
    )
offset 0; -- noqa: AM09

comment on view monitoring.holds is
'Số liệu tạm giữ. One row per unit, form, period, rule and time of being left out '
'of the facts.';
comment on column monitoring.holds.hold_id is
'Mã tạm giữ. The hold''s number.';
comment on column monitoring.holds.cause_vi is
'Nguyên nhân, tiếng Việt. Why the figures are left out, in Vietnamese.';
comment on column monitoring.holds.cause_en is
'Nguyên nhân, tiếng Anh. Why the figures are left out, in English.';
comment on column monitoring.holds.held_at is
'Thời điểm tạm giữ. Since when the figures are left out.';
comment on column monitoring.holds.released_at is
'Thời điểm thôi giữ. When they were let in again; null while they are held.';
comment on column monitoring.holds.is_active is
'Đang giữ. Whether the figures are held now.';
