-- What was applied, by whom, when, and what it changed; nothing here is ever deleted
-- but from reference_rows, which is the sum of all changes.
create table if not exists quality.reference_applications (
    application_id bigint generated always as identity primary key,
    applied_at timestamptz not null default clock_timestamp(),
    applied_by text not null,
    reason text
);
comment on table quality.reference_applications is
'Lần áp dụng danh mục. One row each time that reference lists were applied.';

create table if not exists quality.reference_changes (
    application_id bigint not null references quality.reference_applications,
    list text not null,
    row_key text not null,
    before jsonb,
    after jsonb,
    primary key (application_id, list, row_key),
    check (before is not null or after is not null)
);
comment on table quality.reference_changes is
'Thay đổi danh mục. One row each line of a list that was added, changed or removed.';
create index if not exists reference_changes_by_row
on quality.reference_changes (list, row_key);

create table if not exists quality.reference_rows (
    list text not null,
    row_key text not null,
    line jsonb not null,
    application_id bigint not null references quality.reference_applications,
    primary key (list, row_key)
);
comment on table quality.reference_rows is
'Danh mục đang áp dụng. The lines in force, which every build loads.';
