-- Days: valid_from is the first day of a span, valid_to the first day after it.

create table if not exists reference.ref_blocs (
    bloc_code text,
    bloc_name text,
    province text,
    valid_from date,
    valid_to date,
    successor_bloc_code text
);
comment on table reference.ref_blocs is
'Đảng bộ Khối. Blocs, one row a name that they bore; a predecessor names its successor.';

create table if not exists reference.ref_units (
    unit_code text,
    bloc_code text,
    unit_kind text,
    sector text,
    unit_name text,
    valid_from date
);
comment on table reference.ref_units is
'Đơn vị khi đăng ký. The register: units as they first stood, one row a unit.';
comment on column reference.ref_units.valid_from is
'Ngày bắt đầu. First day; blank where an event opens the unit.';

create table if not exists reference.ref_unit_aliases (
    unit_code text,
    alias text,
    valid_from date,
    valid_to date
);
comment on table reference.ref_unit_aliases is
'Tên khác của đơn vị. Other names of units, in the days in which they were used.';

create table if not exists reference.ref_unit_events (
    event_id text,
    event_type text,
    status text,
    effective_date date,
    unit_code text,
    successor_code text,
    weight numeric,
    members_carried bigint,
    bloc_code text,
    unit_kind text,
    sector text,
    unit_name text,
    decision_no text,
    note text
);
comment on table reference.ref_unit_events is
'Biến động tổ chức. Dated changes of units; a split has one row a successor.';
comment on column reference.ref_unit_events.status is
'Tình trạng. Only an effective event acts; a proposed or cancelled one changes nothing.';
comment on column reference.ref_unit_events.weight is
'Tỷ trọng. Share that the successor of a split takes; together 1.';
comment on column reference.ref_unit_events.members_carried is
'Đảng viên chuyển sang. Members that the decision carries to the successor.';

create table if not exists reference.ref_obligations (
    bloc_code text,
    form text,
    owed_by text,
    period_type text,
    first_period text,
    last_period text,
    due_days integer
);
comment on table reference.ref_obligations is
'Nghĩa vụ báo cáo. Which returns are due, from whom, for which periods, and when.';
comment on column reference.ref_obligations.due_days is
'Hạn nộp. Days after the end of the period until the return is late.';

create table if not exists reference.ref_terms (
    bloc_code text,
    term text,
    first_day date,
    last_day date
);
comment on table reference.ref_terms is
'Nhiệm kỳ. Terms of the blocs'' committees.';

create table if not exists reference.ref_accepted_differences (
    rule text,
    bloc_code text,
    unit_code text,
    form text,
    period_code text,
    subject text,
    left_value numeric,
    right_value numeric,
    reason text,
    accepted_by text,
    valid_until date
);
comment on table reference.ref_accepted_differences is
'Chênh lệch được chấp nhận. Differences that a bloc lives with until a day, and why.';

create table if not exists reference.ref_unit_spans (
    unit_code text,
    bloc_code text,
    unit_kind text,
    sector text,
    unit_name text,
    valid_from date,
    valid_to date
);
comment on table reference.ref_unit_spans is
'Đơn vị theo thời gian. Units in dated spans, as register and events lead to them.';

create table if not exists reference.ref_unit_successions (
    unit_key text,
    successor_unit_key text,
    weight numeric,
    effective_date date
);
comment on table reference.ref_unit_successions is
'Kế thừa đơn vị. Which span takes over a span that ended, and which share of it.';

create table reference.lists_loaded (
    application_id bigint not null,
    loaded_at timestamptz not null default clock_timestamp()
);
comment on table reference.lists_loaded is
'Danh mục đã nạp. Which application the lists in this schema are of, and since when.';
comment on column reference.lists_loaded.application_id is
'Mã lần áp dụng. Application, see quality.reference_applications.';

grant select on
reference.ref_blocs,
reference.ref_units,
reference.ref_unit_aliases,
reference.ref_unit_events,
reference.ref_obligations,
reference.ref_terms,
reference.ref_accepted_differences,
reference.ref_unit_spans,
reference.ref_unit_successions,
reference.lists_loaded
to transform;
