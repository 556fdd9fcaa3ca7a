-- A warehouse as commit a9d6046 left it: two units of one bloc, their files taken in,
-- checked and published. Made by pg_dump --inserts, without intermediate tables; of some
-- tables only the first rows. Read by test_migrations.
SET check_function_bodies = off;
SET client_min_messages = error;
CREATE SCHEMA intermediate;
CREATE SCHEMA marts;
CREATE SCHEMA marts_blocked;
CREATE SCHEMA marts_candidate;
CREATE SCHEMA marts_previous;
CREATE SCHEMA reference;
CREATE SCHEMA staging;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA intermediate GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts GRANT SELECT ON TABLES TO bi_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts_blocked GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts_candidate GRANT SELECT ON TABLES TO bi_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts_candidate GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts_previous GRANT SELECT ON TABLES TO bi_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA marts_previous GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA reference GRANT SELECT ON TABLES TO ingest;
ALTER DEFAULT PRIVILEGES FOR ROLE transform IN SCHEMA staging GRANT SELECT ON TABLES TO ingest;
ALTER SCHEMA intermediate OWNER TO transform;
ALTER SCHEMA marts OWNER TO transform;
ALTER SCHEMA marts_blocked OWNER TO transform;
ALTER SCHEMA marts_candidate OWNER TO transform;
ALTER SCHEMA marts_previous OWNER TO transform;
ALTER SCHEMA reference OWNER TO transform;
ALTER SCHEMA staging OWNER TO transform;
GRANT USAGE ON SCHEMA intermediate TO ingest;
GRANT USAGE ON SCHEMA marts TO bi_reader;
GRANT USAGE ON SCHEMA marts TO ingest;
GRANT USAGE ON SCHEMA marts_blocked TO ingest;
GRANT USAGE ON SCHEMA marts_candidate TO ingest;
GRANT USAGE ON SCHEMA marts_previous TO ingest;
GRANT USAGE ON SCHEMA reference TO ingest;
GRANT USAGE ON SCHEMA staging TO ingest;
CREATE SCHEMA monitoring;
ALTER SCHEMA monitoring OWNER TO ingest;
CREATE SCHEMA quality;
ALTER SCHEMA quality OWNER TO ingest;
CREATE SCHEMA raw;
ALTER SCHEMA raw OWNER TO ingest;
CREATE FUNCTION monitoring.readable_blocs(who name) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    codes text[] := array(
        select bloc_code from quality.readers
        where reader = who and bloc_code is not null
    );
begin
    if to_regclass('intermediate.int_bloc_lineage') is not null then
        codes := codes || array(
            select member_bloc_code from intermediate.int_bloc_lineage
            where bloc_code = any (codes)
        );
    end if;
    return codes;
end $$;
ALTER FUNCTION monitoring.readable_blocs(who name) OWNER TO ingest;
CREATE FUNCTION monitoring.readable_units(who name) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    codes text[] := array(
        select unit_code from quality.readers
        where reader = who and unit_code is not null
    );
begin
    if to_regclass('reference.ref_unit_events') is not null then
        codes := array(
            with recursive merged as (
                select unnest(codes) as unit_code
                union
                select events.unit_code
                from merged
                inner join reference.ref_unit_events as events
                    on merged.unit_code = events.successor_code
                where events.status = 'effective'
                    and events.event_type = 'merge_into'
            )
            select unit_code from merged
        );
    end if;
    return codes;
end $$;
ALTER FUNCTION monitoring.readable_units(who name) OWNER TO ingest;
CREATE FUNCTION monitoring.reads_all(reader name) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (reader = ANY (ARRAY['bi_reader'::name, 'ingest'::name, 'transform'::name]));
ALTER FUNCTION monitoring.reads_all(reader name) OWNER TO ingest;
CREATE FUNCTION monitoring.may_read(bloc text, unit text) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (monitoring.reads_all(CURRENT_USER) OR (bloc = ANY (monitoring.readable_blocs(CURRENT_USER))) OR (unit = ANY (monitoring.readable_units(CURRENT_USER))));
ALTER FUNCTION monitoring.may_read(bloc text, unit text) OWNER TO ingest;
CREATE FUNCTION quality.filled(message text, finding jsonb, subject text, form_title text, left_text text, right_text text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(replace(replace(replace(replace(replace(message, '{form}'::text, COALESCE(form_title, (finding ->> 'form'::text), ''::text)), '{left}'::text, left_text), '{right}'::text, right_text), '{subject}'::text, COALESCE(subject, (finding ->> 'subject'::text), ''::text)), '{bloc}'::text, COALESCE((finding ->> 'bloc_code'::text), ''::text)), '{unit}'::text, COALESCE((finding ->> 'unit_code'::text), ''::text)), '{period}'::text, COALESCE((finding ->> 'period_code'::text), ''::text));
ALTER FUNCTION quality.filled(message text, finding jsonb, subject text, form_title text, left_text text, right_text text) OWNER TO ingest;
CREATE TABLE quality.rules (
    rule text NOT NULL,
    stage text NOT NULL,
    suite text NOT NULL,
    severity text NOT NULL,
    title_vi text NOT NULL,
    title_en text NOT NULL,
    cure_vi text NOT NULL,
    cure_en text NOT NULL,
    scope text NOT NULL,
    valid_from text,
    valid_to text,
    is_on boolean NOT NULL,
    is_explainable boolean NOT NULL,
    tolerance numeric,
    told text[] NOT NULL,
    CONSTRAINT rules_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'warning'::text, 'info'::text]))),
    CONSTRAINT rules_stage_check CHECK ((stage = ANY (ARRAY['cross_check'::text, 'audit'::text])))
);
ALTER TABLE quality.rules OWNER TO ingest;
CREATE FUNCTION quality.is_confidential(of_rule text, of_form text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO ''
    RETURN (COALESCE((of_form = 'inspections'::text), false) OR (of_rule = ANY (ARRAY['C2'::text, 'T4-membership'::text])) OR (EXISTS (SELECT 1 FROM quality.rules WHERE ((rules.rule = is_confidential.of_rule) AND (rules.suite = 'fct_discipline'::text)))));
ALTER FUNCTION quality.is_confidential(of_rule text, of_form text) OWNER TO ingest;
CREATE FUNCTION quality.log_violation() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into quality.violation_events (
        violation_id, event, run_id, left_value, right_value, by_whom, note
    )
    values (
        new.violation_id,
        case
            when old is null then 'opened'
            when new.state = old.state then 'changed'
            when new.state <> 'open' then new.state
            when old.state = 'explained' then 'lapsed'
            when old.state = 'accepted' then 'acceptance_ended'
            else 'reopened'
        end,
        new.last_run_id,
        new.left_value,
        new.right_value,
        case new.state
            when 'explained' then new.explained_by
            when 'accepted' then new.accepted_by
        end,
        case new.state
            when 'explained' then new.explanation
            when 'accepted' then new.accepted_reason
            when 'resolved' then 'S-' || new.resolving_submission_id
        end
    );
    return null;
end
$$;
ALTER FUNCTION quality.log_violation() OWNER TO ingest;
CREATE FUNCTION quality.number_en(value numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((trim_scale(value))::text, 'missing'::text);
ALTER FUNCTION quality.number_en(value numeric) OWNER TO ingest;
CREATE FUNCTION quality.number_vi(value numeric) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(translate(rtrim(to_char(value, 'FM999,999,999,999,990.9999'::text), '.'::text), ',.'::text, '.,'::text), 'không có'::text);
ALTER FUNCTION quality.number_vi(value numeric) OWNER TO ingest;
CREATE FUNCTION quality.period_end(period_code text) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (("left"(period_code, 4) || CASE substr(period_code, 6) WHEN 'Q1'::text THEN '-03-31'::text WHEN 'H1'::text THEN '-06-30'::text WHEN 'Q2'::text THEN '-06-30'::text WHEN 'M9'::text THEN '-09-30'::text WHEN 'Q3'::text THEN '-09-30'::text WHEN 'Y'::text THEN '-12-31'::text WHEN 'Q4'::text THEN '-12-31'::text ELSE NULL::text END))::date;
ALTER FUNCTION quality.period_end(period_code text) OWNER TO ingest;
CREATE FUNCTION raw.note_arrived_submissions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct unit_code, period_year, 'submission'
    from arrived
    where state not in ('pending', 'duplicate')
        and unit_code is not null
        and period_year is not null;
    return null;
end;
$$;
ALTER FUNCTION raw.note_arrived_submissions() OWNER TO ingest;
CREATE FUNCTION raw.note_changed_submissions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct concerned.unit_code, concerned.period_year, 'submission'
    from before
    inner join after on before.submission_id = after.submission_id
    cross join lateral (
        values
        (before.unit_code, before.period_year),
        (after.unit_code, after.period_year)
    ) as concerned (unit_code, period_year)
    where before is distinct from after
        and not (
            before.state in ('pending', 'duplicate')
            and after.state in ('pending', 'duplicate')
        )
        and concerned.unit_code is not null
        and concerned.period_year is not null;
    return null;
end;
$$;
ALTER FUNCTION raw.note_changed_submissions() OWNER TO ingest;
CREATE FUNCTION raw.note_closings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform raw.share_changes_lock();
    insert into raw.changes (unit_code, period_year, cause)
    select distinct submissions.unit_code, submissions.period_year, 'closing'
    from after
    inner join reference.ref_unit_spans
        on after.bloc_code = ref_unit_spans.bloc_code
    inner join raw.submissions
        on ref_unit_spans.unit_code = submissions.unit_code
        and after.period_code = submissions.period_code
    where submissions.period_year is not null;
    return null;
end;
$$;
ALTER FUNCTION raw.note_closings() OWNER TO ingest;
CREATE FUNCTION raw.note_holds() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform raw.share_changes_lock();
    if tg_op = 'INSERT' then
        insert into raw.changes (unit_code, period_year, cause)
        select distinct unit_code, split_part(period_code, '-', 1)::integer, 'hold'
        from after;
    else
        insert into raw.changes (unit_code, period_year, cause)
        select distinct
            after.unit_code, split_part(after.period_code, '-', 1)::integer, 'hold'
        from before
        inner join after on before.hold_id = after.hold_id
        where before.released_at is distinct from after.released_at;
    end if;
    return null;
end;
$$;
ALTER FUNCTION raw.note_holds() OWNER TO ingest;
CREATE FUNCTION raw.share_changes_lock() RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT pg_advisory_xact_lock_shared((7201921)::bigint) AS pg_advisory_xact_lock_shared;
END;
ALTER FUNCTION raw.share_changes_lock() OWNER TO ingest;
CREATE TABLE raw.admission_plan (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    scope text,
    planned_unit_code text,
    from_year integer,
    to_year integer,
    planned_admissions bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.admission_plan OWNER TO ingest;
CREATE TABLE quality.holds (
    hold_id bigint NOT NULL,
    unit_code text NOT NULL,
    form text NOT NULL,
    period_code text NOT NULL,
    rule text NOT NULL,
    submission_id bigint,
    cause_vi text NOT NULL,
    cause_en text NOT NULL,
    held_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    released_at timestamp with time zone,
    told_at timestamp with time zone,
    stage text DEFAULT 'cross_check'::text NOT NULL,
    CONSTRAINT holds_stage_check CHECK ((stage = ANY (ARRAY['cross_check'::text, 'audit'::text])))
);
ALTER TABLE quality.holds OWNER TO ingest;
CREATE TABLE raw.admissions (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    plan_year bigint,
    admitted_total bigint,
    admitted_youth bigint,
    admitted_female bigint,
    admitted_ethnic bigint,
    admitted_religious bigint,
    admitted_private_sector bigint,
    admitted_private_owner bigint,
    readmitted bigint,
    admitted_edu_secondary bigint,
    admitted_edu_college bigint,
    admitted_edu_university bigint,
    admitted_edu_postgraduate bigint,
    candidates_trained bigint,
    pct_of_plan numeric(9,4),
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.admissions OWNER TO ingest;
CREATE TABLE raw.awards (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    level text,
    kind text,
    subject text,
    merit_from_year integer,
    merit_to_year integer,
    award_count bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.awards OWNER TO ingest;
CREATE TABLE raw.training (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    programme text,
    classes bigint,
    attendees bigint,
    attendees_members bigint,
    attendees_masses bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.training OWNER TO ingest;
CREATE TABLE raw.bloc_summary (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    indicator text,
    declared_total bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.bloc_summary OWNER TO ingest;
CREATE TABLE raw.discipline (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    body text,
    subject text,
    reprimand bigint,
    warning bigint,
    dismissal bigint,
    expulsion bigint,
    dissolution bigint,
    discipline_total bigint,
    of_which_committee_members bigint,
    dismissal_office_holders bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.discipline OWNER TO ingest;
CREATE TABLE raw.inspections (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    body text,
    subject text,
    kind text,
    planned bigint,
    done bigint,
    distinct_subjects bigint,
    concluded_violation bigint,
    must_discipline bigint,
    cases_carried_over bigint,
    disciplined bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.inspections OWNER TO ingest;
CREATE TABLE raw.membership (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    opening_total bigint,
    opening_probationary bigint,
    inc_admitted bigint,
    inc_transfer_internal bigint,
    inc_transfer_external bigint,
    inc_probationary bigint,
    inc_restored bigint,
    inc_structural bigint,
    inc_other bigint,
    inc_total bigint,
    dec_transfer_internal bigint,
    dec_transfer_external bigint,
    dec_died bigint,
    dec_expelled bigint,
    dec_struck_off bigint,
    dec_resigned bigint,
    dec_structural bigint,
    dec_other bigint,
    dec_total bigint,
    closing_total bigint,
    closing_official bigint,
    closing_probationary bigint,
    made_official bigint,
    closing_female bigint,
    closing_ethnic bigint,
    closing_religious bigint,
    closing_exempt bigint,
    closing_age_to_30 bigint,
    closing_age_31_40 bigint,
    closing_age_41_50 bigint,
    closing_age_51_60 bigint,
    closing_age_over_60 bigint,
    closing_theory_elementary bigint,
    closing_theory_intermediate bigint,
    closing_theory_advanced bigint,
    sub_cells bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.membership OWNER TO ingest;
CREATE TABLE raw.petitions (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    kind text,
    carried_over bigint,
    received bigint,
    resolved bigint,
    pending bigint,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.petitions OWNER TO ingest;
CREATE TABLE raw.ratings (
    submission_id bigint NOT NULL,
    sheet text NOT NULL,
    sheet_row integer NOT NULL,
    subject text,
    total_subject bigint,
    exempt bigint,
    not_rated bigint,
    rated_total bigint,
    excellent bigint,
    good bigint,
    completed bigint,
    not_completed bigint,
    rating_scheme text,
    not_applicable text[] DEFAULT '{}'::text[] NOT NULL
);
ALTER TABLE raw.ratings OWNER TO ingest;
CREATE TABLE raw.submissions (
    submission_id bigint NOT NULL,
    file_id bigint NOT NULL,
    form text NOT NULL,
    form_version integer NOT NULL,
    sheet text NOT NULL,
    unit_code text,
    period_code text,
    period_type text,
    period_year integer,
    basis text,
    stated_submission_no integer,
    submission_no integer,
    state text DEFAULT 'pending'::text NOT NULL,
    content_sha256 text,
    received_at timestamp with time zone NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    columns jsonb DEFAULT '{}'::jsonb NOT NULL,
    replay_id bigint,
    replaced_by_replay_id bigint,
    closed_at_receipt boolean DEFAULT false NOT NULL,
    CONSTRAINT submissions_basis_check CHECK ((basis = ANY (ARRAY['cumulative'::text, 'period'::text]))),
    CONSTRAINT submissions_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'held'::text, 'duplicate'::text, 'superseded'::text, 'withdrawn'::text])))
);
ALTER TABLE raw.submissions OWNER TO ingest;
CREATE TABLE raw.standings (
    submission_id bigint NOT NULL,
    counted_from timestamp with time zone NOT NULL,
    counted_to timestamp with time zone
);
ALTER TABLE raw.standings OWNER TO ingest;
CREATE TABLE quality.alerts (
    alert_id bigint NOT NULL,
    cause text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    bloc_code text,
    unit_code text,
    period_code text,
    subject text NOT NULL,
    text_vi text NOT NULL,
    text_en text NOT NULL,
    opened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    item_keys text[] DEFAULT '{}'::text[] NOT NULL,
    level integer DEFAULT 0 NOT NULL,
    public_vi text DEFAULT ''::text NOT NULL,
    public_en text DEFAULT ''::text NOT NULL,
    CONSTRAINT alerts_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'warning'::text, 'info'::text])))
);
ALTER TABLE quality.alerts OWNER TO ingest;
CREATE VIEW monitoring.alerts AS
 SELECT alert_id,
    kind,
    severity,
    bloc_code,
    unit_code,
    period_code,
    subject,
    public_vi AS text_vi,
    public_en AS text_en,
    level,
    opened_at,
    changed_at,
    closed_at,
    (closed_at IS NULL) AS is_open
   FROM quality.alerts;
ALTER VIEW monitoring.alerts OWNER TO ingest;
CREATE VIEW monitoring.open_alerts AS
 SELECT alert_id,
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
    ((EXTRACT(epoch FROM (clock_timestamp() - opened_at)))::integer / 86400) AS age_days
   FROM monitoring.alerts
  WHERE is_open;
ALTER VIEW monitoring.open_alerts OWNER TO ingest;
CREATE VIEW monitoring.alerts_by_age AS
 SELECT ages.age_group,
    count(*) FILTER (WHERE (open_alerts.severity = 'critical'::text)) AS critical_count,
    count(*) FILTER (WHERE (open_alerts.severity = 'warning'::text)) AS warning_count,
    count(*) FILTER (WHERE (open_alerts.severity = 'info'::text)) AS info_count
   FROM (( VALUES (1,'today'::text,0,0), (2,'1 to 7 days'::text,1,7), (3,'8 to 30 days'::text,8,30), (4,'over 30 days'::text,31,2147483647)) ages(age_order, age_group, from_days, to_days)
     LEFT JOIN monitoring.open_alerts ON (((open_alerts.age_days >= ages.from_days) AND (open_alerts.age_days <= ages.to_days))))
  GROUP BY ages.age_order, ages.age_group
  ORDER BY ages.age_order;
ALTER VIEW monitoring.alerts_by_age OWNER TO ingest;
CREATE VIEW monitoring.alerts_by_unit AS
 SELECT bloc_code,
    unit_code,
    count(*) AS open_count,
    count(*) FILTER (WHERE (severity = 'critical'::text)) AS critical_count,
    min(opened_at) AS oldest_opened_at,
    count(DISTINCT period_code) AS period_count
   FROM monitoring.open_alerts
  WHERE (bloc_code IS NOT NULL)
  GROUP BY bloc_code, unit_code;
ALTER VIEW monitoring.alerts_by_unit OWNER TO ingest;
CREATE TABLE quality.deliveries (
    delivery_id bigint NOT NULL,
    delivery_key uuid DEFAULT gen_random_uuid() NOT NULL,
    event_id bigint NOT NULL,
    alert_id bigint NOT NULL,
    event text NOT NULL,
    channel text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    attempted_at timestamp with time zone,
    sent_at timestamp with time zone,
    error text,
    CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'given_up'::text])))
);
ALTER TABLE quality.deliveries OWNER TO ingest;
CREATE VIEW monitoring.deliveries AS
 SELECT alert_id,
    event,
    channel,
    state,
    attempts,
    next_attempt_at,
    sent_at,
    error
   FROM quality.deliveries;
ALTER VIEW monitoring.deliveries OWNER TO ingest;
CREATE TABLE raw.files (
    file_id bigint NOT NULL,
    sender text NOT NULL,
    path text NOT NULL,
    file_name text NOT NULL,
    sha256 text,
    byte_size bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    received_at_source text NOT NULL,
    received_at_by text,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    state_reason text,
    archive_path text,
    answered_at timestamp with time zone,
    cells jsonb,
    landing_version text,
    replay_id bigint,
    CONSTRAINT files_received_at_source_check CHECK ((received_at_source = ANY (ARRAY['folder'::text, 'uploaded'::text, 'found'::text, 'operator'::text]))),
    CONSTRAINT files_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'held'::text, 'duplicate'::text, 'superseded'::text, 'withdrawn'::text])))
);
ALTER TABLE raw.files OWNER TO ingest;
CREATE VIEW monitoring.files_by_state AS
 SELECT states.state,
    count(files.file_id) AS file_count,
    max(files.registered_at) AS last_registered_at
   FROM (unnest(ARRAY['pending'::text, 'accepted'::text, 'rejected'::text, 'held'::text, 'duplicate'::text, 'superseded'::text, 'withdrawn'::text]) WITH ORDINALITY states(state, state_order)
     LEFT JOIN raw.files ON ((states.state = files.state)))
  GROUP BY states.state, states.state_order
  ORDER BY states.state_order;
ALTER VIEW monitoring.files_by_state OWNER TO ingest;
CREATE VIEW monitoring.holds AS
 SELECT holds.hold_id,
    holds.unit_code,
    holds.form,
    holds.period_code,
    holds.rule,
        CASE
            WHEN masked.is_confidential THEN 'Số liệu kỷ luật, không hiển thị ở đây'::text
            ELSE holds.cause_vi
        END AS cause_vi,
        CASE
            WHEN masked.is_confidential THEN 'Discipline figures, not shown here'::text
            ELSE holds.cause_en
        END AS cause_en,
    holds.held_at,
    holds.released_at,
    (holds.released_at IS NULL) AS is_active
   FROM (quality.holds
     CROSS JOIN LATERAL ( SELECT quality.is_confidential(holds.rule, holds.form) AS is_confidential) masked);
ALTER VIEW monitoring.holds OWNER TO ingest;
CREATE TABLE quality.violations (
    violation_id bigint NOT NULL,
    stage text NOT NULL,
    rule text NOT NULL,
    severity text NOT NULL,
    bloc_code text,
    unit_code text,
    form text,
    period_code text,
    subject text DEFAULT ''::text NOT NULL,
    submission_id bigint,
    left_value numeric,
    right_value numeric,
    message_vi text NOT NULL,
    message_en text NOT NULL,
    state text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    reopened_count integer DEFAULT 0 NOT NULL,
    last_run_id bigint NOT NULL,
    concerned_submission_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    fault_id bigint,
    cure_vi text DEFAULT ''::text NOT NULL,
    cure_en text DEFAULT ''::text NOT NULL,
    explanation_id bigint,
    explanation text,
    explained_by text,
    explained_at timestamp with time zone,
    explanation_lapsed_at timestamp with time zone,
    accepted_reason text,
    accepted_by text,
    accepted_until date,
    resolving_submission_id bigint,
    CONSTRAINT violations_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'warning'::text, 'info'::text]))),
    CONSTRAINT violations_stage_check CHECK ((stage = ANY (ARRAY['cross_check'::text, 'audit'::text]))),
    CONSTRAINT violations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'explained'::text, 'accepted'::text, 'resolved'::text])))
);
ALTER TABLE quality.violations OWNER TO ingest;
CREATE VIEW monitoring.violations AS
 SELECT violations.violation_id,
    violations.stage,
    violations.rule,
    violations.severity,
    violations.bloc_code,
    violations.unit_code,
    violations.form,
    violations.period_code,
    violations.subject,
        CASE
            WHEN (NOT masked.is_confidential) THEN violations.left_value
            ELSE NULL::numeric
        END AS left_value,
        CASE
            WHEN (NOT masked.is_confidential) THEN violations.right_value
            ELSE NULL::numeric
        END AS right_value,
        CASE
            WHEN masked.is_confidential THEN 'Số liệu kỷ luật, không hiển thị ở đây'::text
            ELSE violations.message_vi
        END AS message_vi,
        CASE
            WHEN masked.is_confidential THEN 'Discipline figures, not shown here'::text
            ELSE violations.message_en
        END AS message_en,
    violations.cure_vi,
    violations.cure_en,
    violations.state,
    violations.first_seen,
    violations.opened_at,
    violations.last_seen,
    violations.resolved_at,
    violations.reopened_count,
        CASE
            WHEN (NOT masked.is_confidential) THEN violations.explanation
            ELSE NULL::text
        END AS explanation,
    violations.explained_by,
    violations.explained_at,
    violations.explanation_lapsed_at,
    violations.accepted_reason,
    violations.accepted_by,
    violations.accepted_until,
    violations.concerned_submission_ids,
    violations.resolving_submission_id,
        CASE
            WHEN (violations.state = 'resolved'::text) THEN round((EXTRACT(epoch FROM (violations.resolved_at - violations.opened_at)) / (3600)::numeric), 1)
            ELSE NULL::numeric
        END AS hours_to_resolve,
    masked.is_confidential
   FROM (quality.violations
     CROSS JOIN LATERAL ( SELECT quality.is_confidential(violations.rule, violations.form) AS is_confidential) masked);
ALTER VIEW monitoring.violations OWNER TO ingest;
CREATE VIEW monitoring.open_violations AS
 SELECT violation_id,
    stage,
    rule,
    severity,
    bloc_code,
    unit_code,
    form,
    period_code,
    subject,
    left_value,
    right_value,
    message_vi,
    message_en,
    cure_vi,
    cure_en,
    first_seen,
    opened_at,
    last_seen,
    reopened_count,
    is_confidential
   FROM monitoring.violations
  WHERE (state = 'open'::text);
ALTER VIEW monitoring.open_violations OWNER TO ingest;
CREATE TABLE quality.period_closings (
    closing_id bigint NOT NULL,
    bloc_code text NOT NULL,
    period_code text NOT NULL,
    closed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_by text NOT NULL,
    reason text,
    left_open text[] DEFAULT '{}'::text[] NOT NULL,
    reopened_at timestamp with time zone,
    reopened_by text,
    reopen_reason text
);
ALTER TABLE quality.period_closings OWNER TO ingest;
CREATE VIEW monitoring.period_closings AS
 SELECT closing_id,
    bloc_code,
    period_code,
    closed_at,
    closed_by,
    reason,
    left_open,
    reopened_at,
    reopened_by,
    reopen_reason,
    (reopened_at IS NULL) AS is_closed
   FROM quality.period_closings;
ALTER VIEW monitoring.period_closings OWNER TO ingest;
CREATE TABLE quality.releases (
    release_id bigint NOT NULL,
    state text NOT NULL,
    build_started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    built_at timestamp with time zone,
    audit_run_id bigint,
    audited_at timestamp with time zone,
    audit_outcome text,
    blocked_at timestamp with time zone,
    blocked_reasons jsonb,
    published_at timestamp with time zone,
    published_by text,
    publish_reason text,
    is_overridden boolean DEFAULT false NOT NULL,
    rolled_back_at timestamp with time zone,
    rolled_back_by text,
    change_id bigint,
    is_full boolean,
    scope_size bigint,
    lists_sha256 text,
    models_sha256 text,
    built_on date,
    is_wholly_blocked boolean DEFAULT false NOT NULL,
    CONSTRAINT releases_audit_outcome_check CHECK ((audit_outcome = ANY (ARRAY['passed'::text, 'warned'::text, 'critical'::text]))),
    CONSTRAINT releases_state_check CHECK ((state = ANY (ARRAY['building'::text, 'candidate'::text, 'live'::text, 'previous'::text, 'retired'::text, 'discarded'::text])))
);
ALTER TABLE quality.releases OWNER TO ingest;
CREATE TABLE quality.violation_events (
    event_id bigint NOT NULL,
    violation_id bigint NOT NULL,
    happened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    event text NOT NULL,
    run_id bigint,
    left_value numeric,
    right_value numeric,
    by_whom text,
    note text,
    CONSTRAINT violation_events_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'reopened'::text, 'changed'::text, 'explained'::text, 'lapsed'::text, 'accepted'::text, 'acceptance_ended'::text, 'resolved'::text])))
);
ALTER TABLE quality.violation_events OWNER TO ingest;
CREATE VIEW monitoring.period_notebook AS
 SELECT violations.bloc_code,
    violations.period_code,
    violation_events.happened_at,
    ('finding '::text || violation_events.event) AS entry,
    ((('V-'::text || violations.violation_id) || ' '::text) || violations.rule) AS what,
    violations.unit_code,
    violation_events.by_whom,
        CASE
            WHEN (NOT violations.is_confidential) THEN violation_events.note
            ELSE NULL::text
        END AS note,
    violations.message_vi,
    violations.message_en
   FROM (quality.violation_events
     JOIN monitoring.violations ON ((violation_events.violation_id = violations.violation_id)))
UNION ALL
 SELECT period_closings.bloc_code,
    period_closings.period_code,
    period_closings.closed_at AS happened_at,
    'period closed'::text AS entry,
    ('closing '::text || period_closings.closing_id) AS what,
    NULL::text AS unit_code,
    period_closings.closed_by AS by_whom,
    period_closings.reason AS note,
    array_to_string(period_closings.left_open, ', '::text) AS message_vi,
    array_to_string(period_closings.left_open, ', '::text) AS message_en
   FROM quality.period_closings
UNION ALL
 SELECT period_closings.bloc_code,
    period_closings.period_code,
    period_closings.reopened_at AS happened_at,
    'period re-opened'::text AS entry,
    ('closing '::text || period_closings.closing_id) AS what,
    NULL::text AS unit_code,
    period_closings.reopened_by AS by_whom,
    period_closings.reopen_reason AS note,
    NULL::text AS message_vi,
    NULL::text AS message_en
   FROM quality.period_closings
  WHERE (period_closings.reopened_at IS NOT NULL)
UNION ALL
 SELECT NULL::text AS bloc_code,
    NULL::text AS period_code,
    releases.published_at AS happened_at,
        CASE
            WHEN releases.is_overridden THEN 'published in spite of findings'::text
            ELSE 'published'::text
        END AS entry,
    ('release '::text || releases.release_id) AS what,
    NULL::text AS unit_code,
    releases.published_by AS by_whom,
    releases.publish_reason AS note,
    releases.audit_outcome AS message_vi,
    releases.audit_outcome AS message_en
   FROM quality.releases
  WHERE (releases.published_at IS NOT NULL)
UNION ALL
 SELECT NULL::text AS bloc_code,
    NULL::text AS period_code,
    releases.blocked_at AS happened_at,
    'publish blocked'::text AS entry,
    ('release '::text || releases.release_id) AS what,
    NULL::text AS unit_code,
    NULL::text AS by_whom,
    NULL::text AS note,
    releases.audit_outcome AS message_vi,
    releases.audit_outcome AS message_en
   FROM quality.releases
  WHERE (releases.blocked_at IS NOT NULL);
ALTER VIEW monitoring.period_notebook OWNER TO ingest;
CREATE VIEW monitoring.publish_blocks AS
 SELECT releases.release_id,
    releases.state,
    releases.blocked_at,
    releases.published_at,
    releases.is_overridden,
    (reasons.reason ->> 'rule'::text) AS rule,
    (reasons.reason ->> 'bloc_code'::text) AS bloc_code,
    (reasons.reason ->> 'period_code'::text) AS period_code,
        CASE
            WHEN masked.is_confidential THEN 'Số liệu kỷ luật, không hiển thị ở đây'::text
            ELSE (reasons.reason ->> 'message_vi'::text)
        END AS message_vi,
        CASE
            WHEN masked.is_confidential THEN 'Discipline figures, not shown here'::text
            ELSE (reasons.reason ->> 'message_en'::text)
        END AS message_en
   FROM ((quality.releases
     CROSS JOIN LATERAL jsonb_array_elements(releases.blocked_reasons) reasons(reason))
     CROSS JOIN LATERAL ( SELECT quality.is_confidential((reasons.reason ->> 'rule'::text), (reasons.reason ->> 'form'::text)) AS is_confidential) masked);
ALTER VIEW monitoring.publish_blocks OWNER TO ingest;
CREATE TABLE quality.published_claims (
    claim_id text NOT NULL,
    bloc_code text NOT NULL,
    verdict text NOT NULL,
    reason text,
    recomputed numeric,
    units_reported bigint NOT NULL,
    units_expected bigint NOT NULL,
    release_id bigint NOT NULL,
    seen_from timestamp with time zone NOT NULL,
    seen_to timestamp with time zone
);
ALTER TABLE quality.published_claims OWNER TO ingest;
CREATE VIEW monitoring.published_claims AS
 SELECT claim_id,
    bloc_code,
    verdict,
    reason,
    recomputed,
    units_reported,
    units_expected,
    release_id,
    seen_from,
    seen_to
   FROM quality.published_claims;
ALTER VIEW monitoring.published_claims OWNER TO ingest;
CREATE TABLE quality.published_totals (
    bloc_code text NOT NULL,
    period_code text NOT NULL,
    indicator text NOT NULL,
    computed_total bigint,
    declared_total bigint,
    units_reported bigint NOT NULL,
    units_expected bigint NOT NULL,
    is_complete boolean NOT NULL,
    release_id bigint NOT NULL,
    seen_from timestamp with time zone NOT NULL,
    seen_to timestamp with time zone
);
ALTER TABLE quality.published_totals OWNER TO ingest;
CREATE VIEW monitoring.published_totals AS
 SELECT bloc_code,
    period_code,
    indicator,
    computed_total,
    declared_total,
    units_reported,
    units_expected,
    is_complete,
    release_id,
    seen_from,
    seen_to
   FROM quality.published_totals
  WHERE (indicator <> 'members_disciplined'::text);
ALTER VIEW monitoring.published_totals OWNER TO ingest;
CREATE TABLE quality.release_blocs (
    release_id bigint NOT NULL,
    bloc_code text NOT NULL,
    outcome text NOT NULL,
    carried_from_release_id bigint,
    decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    decided_by text,
    reason text,
    CONSTRAINT release_blocs_outcome_check CHECK ((outcome = ANY (ARRAY['blocked'::text, 'published'::text, 'overridden'::text, 'carried'::text, 'left_out'::text])))
);
ALTER TABLE quality.release_blocs OWNER TO ingest;
CREATE VIEW monitoring.release_blocs AS
 SELECT release_blocs.release_id,
    releases.state,
    release_blocs.bloc_code,
    release_blocs.outcome,
    release_blocs.carried_from_release_id,
    release_blocs.decided_at,
    release_blocs.decided_by,
    release_blocs.reason
   FROM (quality.release_blocs
     JOIN quality.releases ON ((release_blocs.release_id = releases.release_id)));
ALTER VIEW monitoring.release_blocs OWNER TO ingest;
CREATE VIEW monitoring.releases AS
 SELECT release_id,
    state,
    build_started_at,
    built_at,
    audited_at,
    audit_outcome,
    published_at,
    published_by,
    publish_reason,
    is_overridden,
    rolled_back_at,
    rolled_back_by
   FROM quality.releases;
ALTER VIEW monitoring.releases OWNER TO ingest;
CREATE TABLE quality.showings (
    showing_id bigint NOT NULL,
    release_id bigint NOT NULL,
    cause text NOT NULL,
    shown_from timestamp with time zone NOT NULL,
    shown_to timestamp with time zone,
    shown_by text NOT NULL,
    reason text,
    is_overridden boolean NOT NULL,
    audit_outcome text,
    kept_blocs text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT showings_cause_check CHECK ((cause = ANY (ARRAY['published'::text, 'overridden'::text, 'rolled_back'::text])))
);
ALTER TABLE quality.showings OWNER TO ingest;
CREATE VIEW monitoring.showings AS
 SELECT release_id,
    cause,
    shown_from,
    shown_to,
    shown_by,
    reason,
    is_overridden,
    audit_outcome,
    kept_blocs,
    (shown_to IS NULL) AS is_now
   FROM quality.showings;
ALTER VIEW monitoring.showings OWNER TO ingest;
CREATE TABLE quality.alert_events (
    event_id bigint NOT NULL,
    alert_id bigint NOT NULL,
    event text NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    severity text NOT NULL,
    text_vi text NOT NULL,
    text_en text NOT NULL,
    public_vi text NOT NULL,
    public_en text NOT NULL,
    routed_at timestamp with time zone,
    CONSTRAINT alert_events_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'worsened'::text, 'overdue'::text, 'closed'::text])))
);
ALTER TABLE quality.alert_events OWNER TO ingest;
ALTER TABLE quality.alert_events ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.alert_events_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE quality.alerts ALTER COLUMN alert_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.alerts_alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.closed_returns (
    closing_id bigint NOT NULL,
    unit_code text NOT NULL,
    form text NOT NULL,
    period_code text NOT NULL,
    submission_id bigint NOT NULL
);
ALTER TABLE quality.closed_returns OWNER TO ingest;
ALTER TABLE quality.deliveries ALTER COLUMN delivery_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.deliveries_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.failures (
    failure_id bigint NOT NULL,
    pipeline text NOT NULL,
    step text NOT NULL,
    run text NOT NULL,
    error text NOT NULL,
    failed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    failure_count integer DEFAULT 1 NOT NULL,
    recovered_at timestamp with time zone
);
ALTER TABLE quality.failures OWNER TO ingest;
ALTER TABLE quality.failures ALTER COLUMN failure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.failures_failure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.findings (
    run_id bigint NOT NULL,
    rule text NOT NULL,
    severity text NOT NULL,
    bloc_code text,
    unit_code text,
    form text,
    period_code text,
    subject text DEFAULT ''::text NOT NULL,
    submission_id bigint,
    left_value numeric,
    right_value numeric,
    message_vi text NOT NULL,
    message_en text NOT NULL,
    concerned_submission_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    fault_id bigint,
    cure_vi text DEFAULT ''::text NOT NULL,
    cure_en text DEFAULT ''::text NOT NULL,
    CONSTRAINT findings_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'warning'::text, 'info'::text])))
);
ALTER TABLE quality.findings OWNER TO ingest;
ALTER TABLE quality.holds ALTER COLUMN hold_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.holds_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE quality.period_closings ALTER COLUMN closing_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.period_closings_closing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.publishing (
    is_only boolean DEFAULT true NOT NULL,
    pinned boolean DEFAULT false NOT NULL,
    pinned_at timestamp with time zone,
    pinned_by text,
    kept_back_release_id bigint,
    CONSTRAINT publishing_is_only_check CHECK (is_only)
);
ALTER TABLE quality.publishing OWNER TO ingest;
CREATE TABLE quality.readers (
    reader text NOT NULL,
    bloc_code text,
    unit_code text,
    granted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    granted_by text NOT NULL,
    CONSTRAINT readers_check CHECK ((num_nonnulls(bloc_code, unit_code) = 1))
);
ALTER TABLE quality.readers OWNER TO ingest;
CREATE TABLE quality.reference_applications (
    application_id bigint NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    applied_by text NOT NULL,
    reason text
);
ALTER TABLE quality.reference_applications OWNER TO ingest;
COMMENT ON TABLE quality.reference_applications IS 'Lần áp dụng danh mục. One row each time that reference lists were applied.';
ALTER TABLE quality.reference_applications ALTER COLUMN application_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.reference_applications_application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.reference_changes (
    application_id bigint NOT NULL,
    list text NOT NULL,
    row_key text NOT NULL,
    before jsonb,
    after jsonb,
    CONSTRAINT reference_changes_check CHECK (((before IS NOT NULL) OR (after IS NOT NULL)))
);
ALTER TABLE quality.reference_changes OWNER TO ingest;
COMMENT ON TABLE quality.reference_changes IS 'Thay đổi danh mục. One row each line of a list that was added, changed or removed.';
CREATE TABLE quality.reference_rows (
    list text NOT NULL,
    row_key text NOT NULL,
    line jsonb NOT NULL,
    application_id bigint NOT NULL
);
ALTER TABLE quality.reference_rows OWNER TO ingest;
COMMENT ON TABLE quality.reference_rows IS 'Danh mục đang áp dụng. The lines in force, which every build loads.';
ALTER TABLE quality.releases ALTER COLUMN release_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.releases_release_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE quality.reminders (
    reminded_on date NOT NULL,
    reminded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE quality.reminders OWNER TO ingest;
CREATE TABLE quality.results (
    run_id bigint NOT NULL,
    suite text NOT NULL,
    rule text NOT NULL,
    expectation_type text NOT NULL,
    severity text NOT NULL,
    success boolean NOT NULL,
    finding_count bigint NOT NULL,
    observed text,
    exception text,
    CONSTRAINT results_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'warning'::text, 'info'::text])))
);
ALTER TABLE quality.results OWNER TO ingest;
CREATE TABLE quality.runs (
    run_id bigint NOT NULL,
    stage text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    critical_count integer,
    warning_count integer,
    info_count integer,
    report text,
    is_full boolean,
    rules_sha256 text,
    CONSTRAINT runs_stage_check CHECK ((stage = ANY (ARRAY['cross_check'::text, 'audit'::text])))
);
ALTER TABLE quality.runs OWNER TO ingest;
ALTER TABLE quality.runs ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.runs_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE quality.showings ALTER COLUMN showing_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.showings_showing_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE quality.violation_events ALTER COLUMN event_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.violation_events_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE quality.violations ALTER COLUMN violation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quality.violations_violation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE raw.changes (
    change_id bigint NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    unit_code text NOT NULL,
    period_year integer NOT NULL,
    cause text NOT NULL
);
ALTER TABLE raw.changes OWNER TO ingest;
ALTER TABLE raw.changes ALTER COLUMN change_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.changes_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE raw.explanations (
    explanation_id bigint NOT NULL,
    fault_id bigint,
    violation_id bigint,
    submission_id bigint,
    reason text NOT NULL,
    explained_by text NOT NULL,
    explained_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    left_value numeric,
    right_value numeric,
    concerned_submission_ids bigint[],
    CONSTRAINT explanations_check CHECK ((num_nonnulls(fault_id, violation_id) = 1))
);
ALTER TABLE raw.explanations OWNER TO ingest;
ALTER TABLE raw.explanations ALTER COLUMN explanation_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.explanations_explanation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE raw.faults (
    fault_id bigint NOT NULL,
    file_id bigint NOT NULL,
    submission_id bigint,
    code text NOT NULL,
    severity text NOT NULL,
    sheet text,
    cell text,
    rule text,
    found text,
    expected text,
    message_vi text NOT NULL,
    message_en text NOT NULL,
    replay_id bigint,
    CONSTRAINT faults_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text])))
);
ALTER TABLE raw.faults OWNER TO ingest;
ALTER TABLE raw.faults ALTER COLUMN fault_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.faults_fault_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE raw.files ALTER COLUMN file_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.files_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE raw.replays (
    replay_id bigint NOT NULL,
    replayed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    replayed_by text NOT NULL,
    selection jsonb NOT NULL
);
ALTER TABLE raw.replays OWNER TO ingest;
ALTER TABLE raw.replays ALTER COLUMN replay_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.replays_replay_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE raw.submissions ALTER COLUMN submission_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.submissions_submission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE raw.withdrawals (
    withdrawal_id bigint NOT NULL,
    file_id bigint NOT NULL,
    submission_id bigint,
    state_before text NOT NULL,
    reason text NOT NULL,
    withdrawn_by text NOT NULL,
    withdrawn_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE raw.withdrawals OWNER TO ingest;
ALTER TABLE raw.withdrawals ALTER COLUMN withdrawal_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME raw.withdrawals_withdrawal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO quality.alert_events OVERRIDING SYSTEM VALUE VALUES (1, 1, 'opened', '2026-11-29 15:37:15.566173+00', 'warning', 'Cần xem lại: DLK
V-2 G-unknown: Số đã công bố 001-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-3 G-unknown: Số đã công bố 001-10 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-4 G-unknown: Số đã công bố 001-11 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-5 G-unknown: Số đã công bố 001-12 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-6 G-unknown: Số đã công bố 001-13 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-7 G-unknown: Số đã công bố 001-14 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-8 G-unknown: Số đã công bố 001-15 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-9 G-unknown: Số đã công bố 001-16 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-10 G-unknown: Số đã công bố 001-17 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-11 G-unknown: Số đã công bố 001-18 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-12 G-unknown: Số đã công bố 001-19 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-13 G-unknown: Số đã công bố 001-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
… và 11 mục nữa', 'Check failed: DLK
V-2 G-unknown: The published figure 001-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-3 G-unknown: The published figure 001-10 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-4 G-unknown: The published figure 001-11 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-5 G-unknown: The published figure 001-12 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-6 G-unknown: The published figure 001-13 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-7 G-unknown: The published figure 001-14 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-8 G-unknown: The published figure 001-15 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-9 G-unknown: The published figure 001-16 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-10 G-unknown: The published figure 001-17 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-11 G-unknown: The published figure 001-18 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-12 G-unknown: The published figure 001-19 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-13 G-unknown: The published figure 001-2 cannot be recomputed although no return is missing. Check which returns are owed for its period
… and 11 more', 'Cần xem lại: DLK
V-2 G-unknown: Số đã công bố 001-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-3 G-unknown: Số đã công bố 001-10 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-4 G-unknown: Số đã công bố 001-11 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-5 G-unknown: Số đã công bố 001-12 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-6 G-unknown: Số đã công bố 001-13 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-7 G-unknown: Số đã công bố 001-14 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-8 G-unknown: Số đã công bố 001-15 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-9 G-unknown: Số đã công bố 001-16 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-10 G-unknown: Số đã công bố 001-17 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-11 G-unknown: Số đã công bố 001-18 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-12 G-unknown: Số đã công bố 001-19 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-13 G-unknown: Số đã công bố 001-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
… và 11 mục nữa', 'Check failed: DLK
V-2 G-unknown: The published figure 001-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-3 G-unknown: The published figure 001-10 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-4 G-unknown: The published figure 001-11 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-5 G-unknown: The published figure 001-12 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-6 G-unknown: The published figure 001-13 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-7 G-unknown: The published figure 001-14 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-8 G-unknown: The published figure 001-15 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-9 G-unknown: The published figure 001-16 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-10 G-unknown: The published figure 001-17 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-11 G-unknown: The published figure 001-18 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-12 G-unknown: The published figure 001-19 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-13 G-unknown: The published figure 001-2 cannot be recomputed although no return is missing. Check which returns are owed for its period
… and 11 more', '2026-11-29 15:37:15.714765+00');
INSERT INTO quality.alert_events OVERRIDING SYSTEM VALUE VALUES (2, 2, 'opened', '2026-11-29 15:37:15.566382+00', 'warning', 'Cần xem lại: DTP
V-25 G-unknown: Số đã công bố 003-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-26 G-unknown: Số đã công bố 003-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này', 'Check failed: DTP
V-25 G-unknown: The published figure 003-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-26 G-unknown: The published figure 003-2 cannot be recomputed although no return is missing. Check which returns are owed for its period', 'Cần xem lại: DTP
V-25 G-unknown: Số đã công bố 003-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-26 G-unknown: Số đã công bố 003-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này', 'Check failed: DTP
V-25 G-unknown: The published figure 003-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-26 G-unknown: The published figure 003-2 cannot be recomputed although no return is missing. Check which returns are owed for its period', '2026-11-29 15:37:15.719083+00');
INSERT INTO quality.alerts OVERRIDING SYSTEM VALUE VALUES (1, 'check:G-unknown:DLK:', 'check_failed', 'warning', 'DLK', NULL, NULL, 'DLK', 'Cần xem lại: DLK
V-2 G-unknown: Số đã công bố 001-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-3 G-unknown: Số đã công bố 001-10 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-4 G-unknown: Số đã công bố 001-11 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-5 G-unknown: Số đã công bố 001-12 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-6 G-unknown: Số đã công bố 001-13 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-7 G-unknown: Số đã công bố 001-14 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-8 G-unknown: Số đã công bố 001-15 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-9 G-unknown: Số đã công bố 001-16 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-10 G-unknown: Số đã công bố 001-17 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-11 G-unknown: Số đã công bố 001-18 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-12 G-unknown: Số đã công bố 001-19 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-13 G-unknown: Số đã công bố 001-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
… và 11 mục nữa', 'Check failed: DLK
V-2 G-unknown: The published figure 001-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-3 G-unknown: The published figure 001-10 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-4 G-unknown: The published figure 001-11 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-5 G-unknown: The published figure 001-12 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-6 G-unknown: The published figure 001-13 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-7 G-unknown: The published figure 001-14 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-8 G-unknown: The published figure 001-15 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-9 G-unknown: The published figure 001-16 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-10 G-unknown: The published figure 001-17 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-11 G-unknown: The published figure 001-18 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-12 G-unknown: The published figure 001-19 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-13 G-unknown: The published figure 001-2 cannot be recomputed although no return is missing. Check which returns are owed for its period
… and 11 more', '2026-11-29 15:37:15.562256+00', '2026-11-29 15:37:15.562256+00', NULL, '{V-10,V-11,V-12,V-13,V-14,V-15,V-16,V-17,V-18,V-19,V-2,V-20,V-21,V-22,V-23,V-24,V-3,V-4,V-5,V-6,V-7,V-8,V-9}', 0, 'Cần xem lại: DLK
V-2 G-unknown: Số đã công bố 001-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-3 G-unknown: Số đã công bố 001-10 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-4 G-unknown: Số đã công bố 001-11 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-5 G-unknown: Số đã công bố 001-12 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-6 G-unknown: Số đã công bố 001-13 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-7 G-unknown: Số đã công bố 001-14 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-8 G-unknown: Số đã công bố 001-15 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-9 G-unknown: Số đã công bố 001-16 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-10 G-unknown: Số đã công bố 001-17 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-11 G-unknown: Số đã công bố 001-18 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-12 G-unknown: Số đã công bố 001-19 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-13 G-unknown: Số đã công bố 001-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
… và 11 mục nữa', 'Check failed: DLK
V-2 G-unknown: The published figure 001-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-3 G-unknown: The published figure 001-10 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-4 G-unknown: The published figure 001-11 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-5 G-unknown: The published figure 001-12 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-6 G-unknown: The published figure 001-13 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-7 G-unknown: The published figure 001-14 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-8 G-unknown: The published figure 001-15 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-9 G-unknown: The published figure 001-16 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-10 G-unknown: The published figure 001-17 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-11 G-unknown: The published figure 001-18 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-12 G-unknown: The published figure 001-19 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-13 G-unknown: The published figure 001-2 cannot be recomputed although no return is missing. Check which returns are owed for its period
… and 11 more');
INSERT INTO quality.alerts OVERRIDING SYSTEM VALUE VALUES (2, 'check:G-unknown:DTP:', 'check_failed', 'warning', 'DTP', NULL, NULL, 'DTP', 'Cần xem lại: DTP
V-25 G-unknown: Số đã công bố 003-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-26 G-unknown: Số đã công bố 003-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này', 'Check failed: DTP
V-25 G-unknown: The published figure 003-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-26 G-unknown: The published figure 003-2 cannot be recomputed although no return is missing. Check which returns are owed for its period', '2026-11-29 15:37:15.56247+00', '2026-11-29 15:37:15.56247+00', NULL, '{V-25,V-26}', 0, 'Cần xem lại: DTP
V-25 G-unknown: Số đã công bố 003-1 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này
V-26 G-unknown: Số đã công bố 003-2 không tính lại được dù không thiếu báo cáo nào. Rà lại nghĩa vụ báo cáo của kỳ này', 'Check failed: DTP
V-25 G-unknown: The published figure 003-1 cannot be recomputed although no return is missing. Check which returns are owed for its period
V-26 G-unknown: The published figure 003-2 cannot be recomputed although no return is missing. Check which returns are owed for its period');
INSERT INTO quality.deliveries OVERRIDING SYSTEM VALUE VALUES (1, 'cd1c8074-e989-4728-a702-f220ec1439cc', 1, 1, 'opened', 'log', 'sent', 1, '2026-11-29 15:37:15.71142+00', '2026-11-29 15:37:15.775806+00', '2026-11-29 15:37:15.775806+00', NULL);
INSERT INTO quality.deliveries OVERRIDING SYSTEM VALUE VALUES (2, '15f89141-9e3e-4438-8e96-c35fe834903e', 2, 2, 'opened', 'log', 'sent', 1, '2026-11-29 15:37:15.718726+00', '2026-11-29 15:37:15.78816+00', '2026-11-29 15:37:15.78816+00', NULL);
INSERT INTO quality.published_claims VALUES ('000-1', 'LAN', 'not_met', 'differs', 2, 2, 2, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_claims VALUES ('000-2', 'LAN', 'not_met', 'differs', 2, 2, 2, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_claims VALUES ('000-3', 'LAN', 'not_met', 'differs', 0, 2, 2, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'unit_count', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'unit_count_dbcs', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'unit_count_cbcs', 0, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'member_count', 139, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_admitted', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'admission_decisions', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_female', 74, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_ethnic', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_admitted_youth', 2, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_admitted_female', 1, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.published_totals VALUES ('LAN', '2024-H1', 'members_admitted_ethnic', 0, NULL, 2, 2, true, 1, '2026-11-29 15:37:15.302859+00', NULL);
INSERT INTO quality.publishing VALUES (true, false, NULL, NULL, NULL);
INSERT INTO quality.reference_applications OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-29 15:36:27.253019+00', 'prepare', 'first start');
INSERT INTO quality.reference_changes VALUES (1, 'ref_blocs', 'LAN 2010-01-01', NULL, '{"province": "Long An", "valid_to": "2018-07-01", "bloc_code": "LAN", "bloc_name": "Đảng bộ Khối Các cơ quan tỉnh Long An", "valid_from": "2010-01-01", "successor_bloc_code": null}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_blocs', 'LAN 2018-07-01', NULL, '{"province": "Long An", "valid_to": "2025-03-01", "bloc_code": "LAN", "bloc_name": "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An", "valid_from": "2018-07-01", "successor_bloc_code": null}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_units', 'LAN-001', NULL, '{"sector": "administration", "bloc_code": "LAN", "unit_code": "LAN-001", "unit_kind": "dbcs", "unit_name": "Đảng bộ Sở Nông nghiệp và Phát triển nông thôn", "valid_from": "2010-01-01"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_units', 'LAN-002', NULL, '{"sector": "administration", "bloc_code": "LAN", "unit_code": "LAN-002", "unit_kind": "dbcs", "unit_name": "Đảng bộ Sở Nội vụ", "valid_from": "2010-01-01"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_unit_aliases', 'LAN-002 ĐB Sở Nội vụ 2025-03-01', NULL, '{"alias": "ĐB Sở Nội vụ", "valid_to": null, "unit_code": "LAN-002", "valid_from": "2025-03-01"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_obligations', 'LAN admission_plan bloc_office Y 2024-Y', NULL, '{"form": "admission_plan", "owed_by": "bloc_office", "due_days": "-334", "bloc_code": "LAN", "last_period": "2024-Y", "period_type": "Y", "first_period": "2024-Y"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_obligations', 'LAN admissions unit H1 2024-H1', NULL, '{"form": "admissions", "owed_by": "unit", "due_days": "8", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_obligations', 'LAN bloc_summary bloc_office H1 2024-H1', NULL, '{"form": "bloc_summary", "owed_by": "bloc_office", "due_days": "9", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_obligations', 'LAN membership unit H1 2024-H1', NULL, '{"form": "membership", "owed_by": "unit", "due_days": "8", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_terms', 'LAN 2015-2020', NULL, '{"term": "2015-2020", "last_day": "2020-07-31", "bloc_code": "LAN", "first_day": "2015-01-01"}');
INSERT INTO quality.reference_changes VALUES (1, 'ref_terms', 'LAN 2020-2025', NULL, '{"term": "2020-2025", "last_day": "2025-02-28", "bloc_code": "LAN", "first_day": "2020-08-01"}');
INSERT INTO quality.reference_rows VALUES ('ref_blocs', 'LAN 2010-01-01', '{"province": "Long An", "valid_to": "2018-07-01", "bloc_code": "LAN", "bloc_name": "Đảng bộ Khối Các cơ quan tỉnh Long An", "valid_from": "2010-01-01", "successor_bloc_code": null}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_blocs', 'LAN 2018-07-01', '{"province": "Long An", "valid_to": "2025-03-01", "bloc_code": "LAN", "bloc_name": "Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An", "valid_from": "2018-07-01", "successor_bloc_code": null}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_units', 'LAN-001', '{"sector": "administration", "bloc_code": "LAN", "unit_code": "LAN-001", "unit_kind": "dbcs", "unit_name": "Đảng bộ Sở Nông nghiệp và Phát triển nông thôn", "valid_from": "2010-01-01"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_units', 'LAN-002', '{"sector": "administration", "bloc_code": "LAN", "unit_code": "LAN-002", "unit_kind": "dbcs", "unit_name": "Đảng bộ Sở Nội vụ", "valid_from": "2010-01-01"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_unit_aliases', 'LAN-002 ĐB Sở Nội vụ 2025-03-01', '{"alias": "ĐB Sở Nội vụ", "valid_to": null, "unit_code": "LAN-002", "valid_from": "2025-03-01"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_obligations', 'LAN admission_plan bloc_office Y 2024-Y', '{"form": "admission_plan", "owed_by": "bloc_office", "due_days": "-334", "bloc_code": "LAN", "last_period": "2024-Y", "period_type": "Y", "first_period": "2024-Y"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_obligations', 'LAN admissions unit H1 2024-H1', '{"form": "admissions", "owed_by": "unit", "due_days": "8", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_obligations', 'LAN bloc_summary bloc_office H1 2024-H1', '{"form": "bloc_summary", "owed_by": "bloc_office", "due_days": "9", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_obligations', 'LAN membership unit H1 2024-H1', '{"form": "membership", "owed_by": "unit", "due_days": "8", "bloc_code": "LAN", "last_period": "2024-H1", "period_type": "H1", "first_period": "2024-H1"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_terms', 'LAN 2015-2020', '{"term": "2015-2020", "last_day": "2020-07-31", "bloc_code": "LAN", "first_day": "2015-01-01"}', 1);
INSERT INTO quality.reference_rows VALUES ('ref_terms', 'LAN 2020-2025', '{"term": "2020-2025", "last_day": "2025-02-28", "bloc_code": "LAN", "first_day": "2020-08-01"}', 1);
INSERT INTO quality.release_blocs VALUES (1, 'LAN', 'published', NULL, '2026-11-29 15:37:15.301109+00', NULL, NULL);
INSERT INTO quality.releases OVERRIDING SYSTEM VALUE VALUES (1, 'live', '2026-11-29 15:36:45.64289+00', '2026-11-29 15:37:13.693861+00', 2, '2026-11-29 15:37:15.23524+00', 'warned', NULL, NULL, '2026-11-29 15:37:15.300584+00', 'run:office', NULL, false, NULL, NULL, 4, true, 42, 'f373190862539602e8111464bf8a3c09c94a8ad4400d88d792d7c33d38e7557b', 'aa1a864bce21f54f867f330219f63931471921803e5e3cc002917f83793bd92e', '2024-07-08', false);
INSERT INTO quality.reminders VALUES ('2026-11-29', '2026-11-29 15:37:15.471148+00');
INSERT INTO quality.runs OVERRIDING SYSTEM VALUE VALUES (1, 'cross_check', '2026-11-29 15:37:01.112904+00', '2026-11-29 15:37:02.277565+00', 0, 1, 0, 'reports/audits/000001-cross_check/index.html', true, 'b05c5fd0c2cbe5a83446e5af871cbb905c086e597d75e234745d7da19186eef1');
INSERT INTO quality.runs OVERRIDING SYSTEM VALUE VALUES (2, 'audit', '2026-11-29 15:37:13.789371+00', '2026-11-29 15:37:15.23524+00', 0, 33, 1, 'reports/audits/000002-audit/index.html', true, '34a797492aaa1dd5b72f8f4ea821624490f4b73c5f9a953d891c5f6d7fea5118');
INSERT INTO quality.showings OVERRIDING SYSTEM VALUE VALUES (1, 1, 'published', '2026-11-29 15:37:15.302859+00', NULL, 'run:office', NULL, false, 'warned', '{}');
INSERT INTO quality.violations OVERRIDING SYSTEM VALUE VALUES (1, 'cross_check', 'H3', 'warning', 'LAN', NULL, 'membership', '2024-H1', '', NULL, 1, 0, 'Chuyển đến trong Khối (1) khác chuyển đi trong Khối (0) trên toàn Khối', 'Transfers in from the bloc (1) differ from transfers out to it (0)', 'open', '2026-11-29 15:37:02.269662+00', '2026-11-29 15:37:02.269662+00', '2026-11-29 15:37:02.269662+00', NULL, 0, 1, '{}', NULL, 'Đối chiếu giữa đơn vị chuyển đi và đơn vị chuyển đến', 'Compare the units that sent members with those that received them', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO quality.violations OVERRIDING SYSTEM VALUE VALUES (2, 'audit', 'G-unknown', 'warning', 'DLK', NULL, NULL, NULL, '001-1', NULL, NULL, NULL, 'Số đã công bố 001-1 không tính lại được dù không thiếu báo cáo nào', 'The published figure 001-1 cannot be recomputed although no return is missing', 'open', '2026-11-29 15:37:15.222424+00', '2026-11-29 15:37:15.222424+00', '2026-11-29 15:37:15.222424+00', NULL, 0, 2, '{}', NULL, 'Rà lại nghĩa vụ báo cáo của kỳ này', 'Check which returns are owed for its period', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO quality.violations OVERRIDING SYSTEM VALUE VALUES (3, 'audit', 'G-unknown', 'warning', 'DLK', NULL, NULL, NULL, '001-10', NULL, NULL, NULL, 'Số đã công bố 001-10 không tính lại được dù không thiếu báo cáo nào', 'The published figure 001-10 cannot be recomputed although no return is missing', 'open', '2026-11-29 15:37:15.222488+00', '2026-11-29 15:37:15.222488+00', '2026-11-29 15:37:15.222488+00', NULL, 0, 2, '{}', NULL, 'Rà lại nghĩa vụ báo cáo của kỳ này', 'Check which returns are owed for its period', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO quality.violations OVERRIDING SYSTEM VALUE VALUES (4, 'audit', 'G-unknown', 'warning', 'DLK', NULL, NULL, NULL, '001-11', NULL, NULL, NULL, 'Số đã công bố 001-11 không tính lại được dù không thiếu báo cáo nào', 'The published figure 001-11 cannot be recomputed although no return is missing', 'open', '2026-11-29 15:37:15.222497+00', '2026-11-29 15:37:15.222497+00', '2026-11-29 15:37:15.222497+00', NULL, 0, 2, '{}', NULL, 'Rà lại nghĩa vụ báo cáo của kỳ này', 'Check which returns are owed for its period', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO quality.violations OVERRIDING SYSTEM VALUE VALUES (5, 'audit', 'G-unknown', 'warning', 'DLK', NULL, NULL, NULL, '001-12', NULL, NULL, NULL, 'Số đã công bố 001-12 không tính lại được dù không thiếu báo cáo nào', 'The published figure 001-12 cannot be recomputed although no return is missing', 'open', '2026-11-29 15:37:15.222503+00', '2026-11-29 15:37:15.222503+00', '2026-11-29 15:37:15.222503+00', NULL, 0, 2, '{}', NULL, 'Rà lại nghĩa vụ báo cáo của kỳ này', 'Check which returns are owed for its period', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO raw.admissions VALUES (2, 'BKN', 18, 3, 2, 2, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 66.6600, '{}');
INSERT INTO raw.admissions VALUES (4, 'Biểu BKN', 17, 2, 0, 0, 0, 0, NULL, 0, NULL, NULL, 0, 0, 0, 0, 3, 0.0000, '{}');
INSERT INTO raw.changes OVERRIDING SYSTEM VALUE VALUES (1, '2026-11-29 15:36:44.748576+00', 'LAN-001', 2024, 'submission');
INSERT INTO raw.changes OVERRIDING SYSTEM VALUE VALUES (2, '2026-11-29 15:36:44.748824+00', 'LAN-001', 2024, 'submission');
INSERT INTO raw.changes OVERRIDING SYSTEM VALUE VALUES (3, '2026-11-29 15:36:44.748908+00', 'LAN-002', 2024, 'submission');
INSERT INTO raw.changes OVERRIDING SYSTEM VALUE VALUES (4, '2026-11-29 15:36:44.748979+00', 'LAN-002', 2024, 'submission');
INSERT INTO raw.files OVERRIDING SYSTEM VALUE VALUES (1, 'LAN-001', 'LAN-001/2024-07-04/LAN-001 6 thang dau nam 2024 BDV-BKN.xlsx', 'LAN-001 6 thang dau nam 2024 BDV-BKN.xlsx', 'ba43fc83a99980977631e9d72e26e7825379f92b368c8a7832cb7374cfe9179b', 11327, '2024-07-03 17:00:00+00', 'folder', NULL, '2026-11-29 15:36:44.050802+00', 'accepted', NULL, 'ba/ba43fc83a99980977631e9d72e26e7825379f92b368c8a7832cb7374cfe9179b.xlsx', '2026-11-29 15:36:44.858883+00', '{"new": 51, "gone": 0, "read": 221, "faulty": 0, "changed": 0, "ignored": {"text": 170}, "unchanged": 0}', '11327-1795966542186262080-1795966542186262080-2303070', NULL);
INSERT INTO raw.files OVERRIDING SYSTEM VALUE VALUES (2, 'LAN-002', 'LAN-002/2024-07-08/BC_LAN-002_2024-H1_BDV-BKN.xlsx', 'BC_LAN-002_2024-H1_BDV-BKN.xlsx', '38f228e686c78c42e29e01ffa1e4d7107c7157d56589acc711e9ae1524c3f35e', 7958, '2024-07-07 17:00:00+00', 'folder', NULL, '2026-11-29 15:36:44.05136+00', 'accepted', NULL, '38/38f228e686c78c42e29e01ffa1e4d7107c7157d56589acc711e9ae1524c3f35e.xlsx', '2026-11-29 15:36:44.858993+00', '{"new": 38, "gone": 0, "read": 142, "faulty": 0, "changed": 0, "ignored": {"text": 91, "blank": 13}, "unchanged": 0}', '7958-1795966542213608339-1795966542213608339-2303077', NULL);
INSERT INTO raw.membership VALUES (1, 'BDV', 18, 69, 5, 2, 1, 2, 0, 0, 0, 0, 5, 0, 4, 0, 0, 0, 0, 0, 0, 4, 70, 67, 3, 4, 35, 1, 2, 0, 10, 22, 25, 11, 2, 18, 20, 5, 4, '{}');
INSERT INTO raw.membership VALUES (3, 'Biểu BDV', 17, 68, 3, 0, 0, 1, 0, NULL, NULL, NULL, 1, 0, 0, 0, 0, 0, 0, 0, NULL, 0, 69, 67, 2, 1, 39, 1, NULL, 1, NULL, NULL, NULL, NULL, NULL, 22, 24, 5, 4, '{}');
INSERT INTO raw.submissions OVERRIDING SYSTEM VALUE VALUES (1, 1, 'membership', 1, 'BDV', 'LAN-001', '2024-H1', 'H1', 2024, 'cumulative', 1, 1, 'accepted', '251d7e15cfb0bbede4a6644471b372bd9e503c89afc85d8152879e75a34ca4ac', '2024-07-03 17:00:00+00', '2026-11-29 15:36:44.737322+00', '{"membership": {"dec_died": "M", "dec_other": "R", "dec_total": "S", "inc_other": "I", "inc_total": "J", "sub_cells": "AJ", "dec_expelled": "N", "dec_resigned": "P", "inc_admitted": "C", "inc_restored": "G", "closing_total": "T", "made_official": "W", "opening_total": "A", "closing_ethnic": "Y", "closing_exempt": "AA", "closing_female": "X", "dec_struck_off": "O", "dec_structural": "Q", "inc_structural": "H", "closing_official": "U", "inc_probationary": "F", "closing_age_31_40": "AC", "closing_age_41_50": "AD", "closing_age_51_60": "AE", "closing_age_to_30": "AB", "closing_religious": "Z", "closing_age_over_60": "AF", "closing_probationary": "V", "opening_probationary": "B", "dec_transfer_external": "L", "dec_transfer_internal": "K", "inc_transfer_external": "E", "inc_transfer_internal": "D", "closing_theory_advanced": "AI", "closing_theory_elementary": "AG", "closing_theory_intermediate": "AH"}}', NULL, NULL, false);
INSERT INTO raw.submissions OVERRIDING SYSTEM VALUE VALUES (2, 1, 'admissions', 1, 'BKN', 'LAN-001', '2024-H1', 'H1', 2024, 'cumulative', 1, 1, 'accepted', 'e7a3e975f82cc2a9cfdab6b9dee08d8e358676e00d9acbdfb0184847a07dd6fc', '2024-07-03 17:00:00+00', '2026-11-29 15:36:44.737682+00', '{"admissions": {"plan_year": "A", "readmitted": "I", "pct_of_plan": "O", "admitted_total": "B", "admitted_youth": "C", "admitted_ethnic": "E", "admitted_female": "D", "admitted_religious": "F", "candidates_trained": "N", "admitted_edu_college": "K", "admitted_edu_secondary": "J", "admitted_private_owner": "H", "admitted_edu_university": "L", "admitted_private_sector": "G", "admitted_edu_postgraduate": "M"}}', NULL, NULL, false);
INSERT INTO raw.submissions OVERRIDING SYSTEM VALUE VALUES (3, 2, 'membership', 1, 'Biểu BDV', 'LAN-002', '2024-H1', 'H1', 2024, 'cumulative', 1, 1, 'accepted', '4424aef938bf12811d4e4141e55f3f2163f239e3d33178f80515420281f0ac91', '2024-07-07 17:00:00+00', '2026-11-29 15:36:44.737701+00', '{"membership": {"dec_died": "N", "dec_other": "S", "dec_total": "T", "inc_other": "J", "inc_total": "K", "sub_cells": "AK", "dec_expelled": "O", "dec_resigned": "Q", "inc_admitted": "D", "inc_restored": "H", "closing_total": "U", "made_official": "X", "opening_total": "B", "closing_ethnic": "Z", "closing_exempt": "AB", "closing_female": "Y", "dec_struck_off": "P", "dec_structural": "R", "inc_structural": "I", "closing_official": "V", "inc_probationary": "G", "closing_age_31_40": "AD", "closing_age_41_50": "AE", "closing_age_51_60": "AF", "closing_age_to_30": "AC", "closing_religious": "AA", "closing_age_over_60": "AG", "closing_probationary": "W", "opening_probationary": "C", "dec_transfer_external": "M", "dec_transfer_internal": "L", "inc_transfer_external": "F", "inc_transfer_internal": "E", "closing_theory_advanced": "AJ", "closing_theory_elementary": "AH", "closing_theory_intermediate": "AI"}}', NULL, NULL, false);
INSERT INTO raw.submissions OVERRIDING SYSTEM VALUE VALUES (4, 2, 'admissions', 1, 'Biểu BKN', 'LAN-002', '2024-H1', 'H1', 2024, 'cumulative', 1, 1, 'accepted', 'e429db6bc6a9bb0753dfb25ce929c693e745458b524e43ba75c1a6a38f581479', '2024-07-07 17:00:00+00', '2026-11-29 15:36:44.737713+00', '{"admissions": {"plan_year": "B", "readmitted": "J", "pct_of_plan": "P", "admitted_total": "C", "admitted_youth": "D", "admitted_ethnic": "F", "admitted_female": "E", "admitted_religious": "G", "candidates_trained": "O", "admitted_edu_college": "L", "admitted_edu_secondary": "K", "admitted_private_owner": "I", "admitted_edu_university": "M", "admitted_private_sector": "H", "admitted_edu_postgraduate": "N"}}', NULL, NULL, false);
SELECT pg_catalog.setval('quality.alert_events_event_id_seq', 6, true);
SELECT pg_catalog.setval('quality.alerts_alert_id_seq', 6, true);
SELECT pg_catalog.setval('quality.deliveries_delivery_id_seq', 6, true);
SELECT pg_catalog.setval('quality.failures_failure_id_seq', 1, false);
SELECT pg_catalog.setval('quality.holds_hold_id_seq', 1, false);
SELECT pg_catalog.setval('quality.period_closings_closing_id_seq', 1, false);
SELECT pg_catalog.setval('quality.reference_applications_application_id_seq', 1, true);
SELECT pg_catalog.setval('quality.releases_release_id_seq', 1, true);
SELECT pg_catalog.setval('quality.runs_run_id_seq', 2, true);
SELECT pg_catalog.setval('quality.showings_showing_id_seq', 1, true);
SELECT pg_catalog.setval('quality.violation_events_event_id_seq', 35, true);
SELECT pg_catalog.setval('quality.violations_violation_id_seq', 35, true);
SELECT pg_catalog.setval('raw.changes_change_id_seq', 4, true);
SELECT pg_catalog.setval('raw.explanations_explanation_id_seq', 1, false);
SELECT pg_catalog.setval('raw.faults_fault_id_seq', 1, false);
SELECT pg_catalog.setval('raw.files_file_id_seq', 2, true);
SELECT pg_catalog.setval('raw.replays_replay_id_seq', 1, false);
SELECT pg_catalog.setval('raw.submissions_submission_id_seq', 4, true);
SELECT pg_catalog.setval('raw.withdrawals_withdrawal_id_seq', 1, false);
ALTER TABLE ONLY quality.alert_events
    ADD CONSTRAINT alert_events_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY quality.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (alert_id);
ALTER TABLE ONLY quality.closed_returns
    ADD CONSTRAINT closed_returns_pkey PRIMARY KEY (closing_id, submission_id);
ALTER TABLE ONLY quality.deliveries
    ADD CONSTRAINT deliveries_event_id_channel_key UNIQUE (event_id, channel);
ALTER TABLE ONLY quality.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY quality.failures
    ADD CONSTRAINT failures_pkey PRIMARY KEY (failure_id);
ALTER TABLE ONLY quality.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (hold_id);
ALTER TABLE ONLY quality.period_closings
    ADD CONSTRAINT period_closings_pkey PRIMARY KEY (closing_id);
ALTER TABLE ONLY quality.published_claims
    ADD CONSTRAINT published_claims_pkey PRIMARY KEY (claim_id, seen_from);
ALTER TABLE ONLY quality.published_totals
    ADD CONSTRAINT published_totals_pkey PRIMARY KEY (bloc_code, period_code, indicator, seen_from);
ALTER TABLE ONLY quality.publishing
    ADD CONSTRAINT publishing_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY quality.readers
    ADD CONSTRAINT readers_reader_bloc_code_unit_code_key UNIQUE NULLS NOT DISTINCT (reader, bloc_code, unit_code);
ALTER TABLE ONLY quality.reference_applications
    ADD CONSTRAINT reference_applications_pkey PRIMARY KEY (application_id);
ALTER TABLE ONLY quality.reference_changes
    ADD CONSTRAINT reference_changes_pkey PRIMARY KEY (application_id, list, row_key);
ALTER TABLE ONLY quality.reference_rows
    ADD CONSTRAINT reference_rows_pkey PRIMARY KEY (list, row_key);
ALTER TABLE ONLY quality.release_blocs
    ADD CONSTRAINT release_blocs_pkey PRIMARY KEY (release_id, bloc_code);
ALTER TABLE ONLY quality.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (release_id);
ALTER TABLE ONLY quality.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (reminded_on);
ALTER TABLE ONLY quality.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (run_id, rule);
ALTER TABLE ONLY quality.rules
    ADD CONSTRAINT rules_pkey PRIMARY KEY (rule);
ALTER TABLE ONLY quality.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY quality.showings
    ADD CONSTRAINT showings_pkey PRIMARY KEY (showing_id);
ALTER TABLE ONLY quality.violation_events
    ADD CONSTRAINT violation_events_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY quality.violations
    ADD CONSTRAINT violations_pkey PRIMARY KEY (violation_id);
ALTER TABLE ONLY quality.violations
    ADD CONSTRAINT violations_rule_bloc_code_unit_code_form_period_code_subjec_key UNIQUE NULLS NOT DISTINCT (rule, bloc_code, unit_code, form, period_code, subject);
ALTER TABLE ONLY raw.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (change_id);
ALTER TABLE ONLY raw.explanations
    ADD CONSTRAINT explanations_pkey PRIMARY KEY (explanation_id);
ALTER TABLE ONLY raw.faults
    ADD CONSTRAINT faults_pkey PRIMARY KEY (fault_id);
ALTER TABLE ONLY raw.files
    ADD CONSTRAINT files_path_sha256_key UNIQUE (path, sha256);
ALTER TABLE ONLY raw.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (file_id);
ALTER TABLE ONLY raw.replays
    ADD CONSTRAINT replays_pkey PRIMARY KEY (replay_id);
ALTER TABLE ONLY raw.standings
    ADD CONSTRAINT standings_pkey PRIMARY KEY (submission_id, counted_from);
ALTER TABLE ONLY raw.submissions
    ADD CONSTRAINT submissions_pkey PRIMARY KEY (submission_id);
ALTER TABLE ONLY raw.withdrawals
    ADD CONSTRAINT withdrawals_pkey PRIMARY KEY (withdrawal_id);
ALTER TABLE ONLY raw.withdrawals
    ADD CONSTRAINT withdrawals_submission_id_key UNIQUE (submission_id);
CREATE INDEX alert_events_unrouted ON quality.alert_events USING btree (event_id) WHERE (routed_at IS NULL);
CREATE UNIQUE INDEX alerts_open ON quality.alerts USING btree (cause) WHERE (closed_at IS NULL);
CREATE INDEX closed_returns_by_return ON quality.closed_returns USING btree (unit_code, form, period_code);
CREATE INDEX deliveries_of_alerts ON quality.deliveries USING btree (alert_id);
CREATE INDEX deliveries_to_do ON quality.deliveries USING btree (channel, event_id) WHERE (state = ANY (ARRAY['pending'::text, 'failed'::text]));
CREATE UNIQUE INDEX failures_open ON quality.failures USING btree (pipeline, step) WHERE (recovered_at IS NULL);
CREATE INDEX findings_by_rule ON quality.findings USING btree (run_id, rule);
CREATE UNIQUE INDEX holds_active ON quality.holds USING btree (unit_code, form, period_code, rule) WHERE (released_at IS NULL);
CREATE UNIQUE INDEX period_closings_in_force ON quality.period_closings USING btree (bloc_code, period_code) WHERE (reopened_at IS NULL);
CREATE INDEX reference_changes_by_row ON quality.reference_changes USING btree (list, row_key);
CREATE UNIQUE INDEX releases_one_each ON quality.releases USING btree ((
CASE
    WHEN (state = 'building'::text) THEN 'candidate'::text
    ELSE state
END)) WHERE (state <> ALL (ARRAY['retired'::text, 'discarded'::text]));
CREATE UNIQUE INDEX showings_now ON quality.showings USING btree (((shown_to IS NULL))) WHERE (shown_to IS NULL);
CREATE INDEX violation_events_by_violation ON quality.violation_events USING btree (violation_id);
CREATE INDEX violations_by_state ON quality.violations USING btree (state, stage);
CREATE INDEX admission_plan_by_planned_unit ON raw.admission_plan USING btree (planned_unit_code, from_year, to_year);
CREATE INDEX admission_plan_by_submission ON raw.admission_plan USING btree (submission_id);
CREATE INDEX admissions_by_submission ON raw.admissions USING btree (submission_id);
CREATE INDEX awards_by_submission ON raw.awards USING btree (submission_id);
CREATE INDEX bloc_summary_by_submission ON raw.bloc_summary USING btree (submission_id);
CREATE INDEX discipline_by_submission ON raw.discipline USING btree (submission_id);
CREATE INDEX explanations_by_fault ON raw.explanations USING btree (fault_id);
CREATE INDEX explanations_by_violation ON raw.explanations USING btree (violation_id);
CREATE INDEX faults_by_file ON raw.faults USING btree (file_id);
CREATE INDEX faults_by_submission ON raw.faults USING btree (submission_id);
CREATE INDEX faults_forbidding ON raw.faults USING btree (file_id) WHERE ((code ~~ 'P%'::text) OR (code = ANY (ARRAY['F105'::text, 'F106'::text])));
CREATE INDEX files_by_archive_path ON raw.files USING btree (archive_path);
CREATE INDEX files_by_receipt ON raw.files USING btree (received_at);
CREATE INDEX files_by_sha256 ON raw.files USING btree (sha256);
CREATE INDEX files_by_state ON raw.files USING btree (state);
CREATE INDEX files_in_incoming ON raw.files USING btree (file_id) WHERE (archive_path ~~ 'incoming/%'::text);
CREATE INDEX files_to_answer ON raw.files USING btree (file_id) WHERE (answered_at IS NULL);
CREATE INDEX inspections_by_submission ON raw.inspections USING btree (submission_id);
CREATE INDEX membership_by_submission ON raw.membership USING btree (submission_id);
CREATE INDEX petitions_by_submission ON raw.petitions USING btree (submission_id);
CREATE INDEX ratings_by_submission ON raw.ratings USING btree (submission_id);
CREATE INDEX submissions_by_file ON raw.submissions USING btree (file_id);
CREATE INDEX submissions_by_return ON raw.submissions USING btree (unit_code, form, period_code);
CREATE INDEX submissions_by_unit_year ON raw.submissions USING btree (unit_code, period_year);
CREATE INDEX training_by_submission ON raw.training USING btree (submission_id);
CREATE INDEX withdrawals_by_file ON raw.withdrawals USING btree (file_id);
CREATE TRIGGER closings_changed AFTER UPDATE ON quality.period_closings REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION raw.note_closings();
CREATE TRIGGER closings_made AFTER INSERT ON quality.period_closings REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION raw.note_closings();
CREATE TRIGGER holds_changed AFTER UPDATE ON quality.holds REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION raw.note_holds();
CREATE TRIGGER holds_placed AFTER INSERT ON quality.holds REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION raw.note_holds();
CREATE TRIGGER violation_born AFTER INSERT ON quality.violations FOR EACH ROW EXECUTE FUNCTION quality.log_violation();
CREATE TRIGGER violation_moved AFTER UPDATE ON quality.violations FOR EACH ROW WHEN ((((old.state IS DISTINCT FROM new.state) OR (old.left_value IS DISTINCT FROM new.left_value)) OR (old.right_value IS DISTINCT FROM new.right_value))) EXECUTE FUNCTION quality.log_violation();
CREATE TRIGGER submissions_arrived AFTER INSERT ON raw.submissions REFERENCING NEW TABLE AS arrived FOR EACH STATEMENT EXECUTE FUNCTION raw.note_arrived_submissions();
CREATE TRIGGER submissions_changed AFTER UPDATE ON raw.submissions REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION raw.note_changed_submissions();
ALTER TABLE ONLY quality.alert_events
    ADD CONSTRAINT alert_events_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES quality.alerts(alert_id);
ALTER TABLE ONLY quality.closed_returns
    ADD CONSTRAINT closed_returns_closing_id_fkey FOREIGN KEY (closing_id) REFERENCES quality.period_closings(closing_id);
ALTER TABLE ONLY quality.closed_returns
    ADD CONSTRAINT closed_returns_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY quality.deliveries
    ADD CONSTRAINT deliveries_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES quality.alerts(alert_id);
ALTER TABLE ONLY quality.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES quality.alert_events(event_id);
ALTER TABLE ONLY quality.findings
    ADD CONSTRAINT findings_run_id_fkey FOREIGN KEY (run_id) REFERENCES quality.runs(run_id);
ALTER TABLE ONLY quality.published_claims
    ADD CONSTRAINT published_claims_release_id_fkey FOREIGN KEY (release_id) REFERENCES quality.releases(release_id);
ALTER TABLE ONLY quality.published_totals
    ADD CONSTRAINT published_totals_release_id_fkey FOREIGN KEY (release_id) REFERENCES quality.releases(release_id);
ALTER TABLE ONLY quality.reference_changes
    ADD CONSTRAINT reference_changes_application_id_fkey FOREIGN KEY (application_id) REFERENCES quality.reference_applications(application_id);
ALTER TABLE ONLY quality.reference_rows
    ADD CONSTRAINT reference_rows_application_id_fkey FOREIGN KEY (application_id) REFERENCES quality.reference_applications(application_id);
ALTER TABLE ONLY quality.release_blocs
    ADD CONSTRAINT release_blocs_carried_from_release_id_fkey FOREIGN KEY (carried_from_release_id) REFERENCES quality.releases(release_id);
ALTER TABLE ONLY quality.release_blocs
    ADD CONSTRAINT release_blocs_release_id_fkey FOREIGN KEY (release_id) REFERENCES quality.releases(release_id);
ALTER TABLE ONLY quality.releases
    ADD CONSTRAINT releases_audit_run_id_fkey FOREIGN KEY (audit_run_id) REFERENCES quality.runs(run_id);
ALTER TABLE ONLY quality.results
    ADD CONSTRAINT results_run_id_fkey FOREIGN KEY (run_id) REFERENCES quality.runs(run_id);
ALTER TABLE ONLY quality.showings
    ADD CONSTRAINT showings_release_id_fkey FOREIGN KEY (release_id) REFERENCES quality.releases(release_id);
ALTER TABLE ONLY quality.violation_events
    ADD CONSTRAINT violation_events_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES quality.violations(violation_id);
ALTER TABLE ONLY quality.violations
    ADD CONSTRAINT violations_last_run_id_fkey FOREIGN KEY (last_run_id) REFERENCES quality.runs(run_id);
ALTER TABLE ONLY raw.admission_plan
    ADD CONSTRAINT admission_plan_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.admissions
    ADD CONSTRAINT admissions_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.awards
    ADD CONSTRAINT awards_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.bloc_summary
    ADD CONSTRAINT bloc_summary_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.discipline
    ADD CONSTRAINT discipline_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.explanations
    ADD CONSTRAINT explanations_fault_id_fkey FOREIGN KEY (fault_id) REFERENCES raw.faults(fault_id);
ALTER TABLE ONLY raw.explanations
    ADD CONSTRAINT explanations_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.faults
    ADD CONSTRAINT faults_file_id_fkey FOREIGN KEY (file_id) REFERENCES raw.files(file_id);
ALTER TABLE ONLY raw.faults
    ADD CONSTRAINT faults_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES raw.replays(replay_id);
ALTER TABLE ONLY raw.faults
    ADD CONSTRAINT faults_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.files
    ADD CONSTRAINT files_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES raw.replays(replay_id);
ALTER TABLE ONLY raw.inspections
    ADD CONSTRAINT inspections_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.membership
    ADD CONSTRAINT membership_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.petitions
    ADD CONSTRAINT petitions_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.ratings
    ADD CONSTRAINT ratings_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.standings
    ADD CONSTRAINT standings_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.submissions
    ADD CONSTRAINT submissions_file_id_fkey FOREIGN KEY (file_id) REFERENCES raw.files(file_id);
ALTER TABLE ONLY raw.submissions
    ADD CONSTRAINT submissions_replaced_by_replay_id_fkey FOREIGN KEY (replaced_by_replay_id) REFERENCES raw.replays(replay_id);
ALTER TABLE ONLY raw.submissions
    ADD CONSTRAINT submissions_replay_id_fkey FOREIGN KEY (replay_id) REFERENCES raw.replays(replay_id);
ALTER TABLE ONLY raw.training
    ADD CONSTRAINT training_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
ALTER TABLE ONLY raw.withdrawals
    ADD CONSTRAINT withdrawals_file_id_fkey FOREIGN KEY (file_id) REFERENCES raw.files(file_id);
ALTER TABLE ONLY raw.withdrawals
    ADD CONSTRAINT withdrawals_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES raw.submissions(submission_id);
GRANT USAGE ON SCHEMA monitoring TO bi_reader;
GRANT USAGE ON SCHEMA monitoring TO transform;
GRANT USAGE ON SCHEMA quality TO transform;
GRANT USAGE ON SCHEMA raw TO transform;
GRANT SELECT ON TABLE quality.rules TO transform;
GRANT SELECT ON TABLE raw.admission_plan TO transform;
GRANT SELECT ON TABLE quality.holds TO transform;
GRANT SELECT ON TABLE raw.admissions TO transform;
GRANT SELECT ON TABLE raw.awards TO transform;
GRANT SELECT ON TABLE raw.training TO transform;
GRANT SELECT ON TABLE raw.bloc_summary TO transform;
GRANT SELECT ON TABLE raw.discipline TO transform;
GRANT SELECT ON TABLE raw.inspections TO transform;
GRANT SELECT ON TABLE raw.membership TO transform;
GRANT SELECT ON TABLE raw.petitions TO transform;
GRANT SELECT ON TABLE raw.ratings TO transform;
GRANT SELECT ON TABLE raw.submissions TO transform;
GRANT SELECT ON TABLE raw.standings TO transform;
GRANT SELECT ON TABLE quality.alerts TO transform;
GRANT SELECT ON TABLE monitoring.alerts TO transform;
GRANT SELECT ON TABLE monitoring.alerts TO bi_reader;
GRANT SELECT ON TABLE monitoring.open_alerts TO transform;
GRANT SELECT ON TABLE monitoring.open_alerts TO bi_reader;
GRANT SELECT ON TABLE monitoring.alerts_by_age TO transform;
GRANT SELECT ON TABLE monitoring.alerts_by_age TO bi_reader;
GRANT SELECT ON TABLE monitoring.alerts_by_unit TO transform;
GRANT SELECT ON TABLE monitoring.alerts_by_unit TO bi_reader;
GRANT SELECT ON TABLE quality.deliveries TO transform;
GRANT SELECT ON TABLE monitoring.deliveries TO transform;
GRANT SELECT ON TABLE monitoring.deliveries TO bi_reader;
GRANT SELECT ON TABLE raw.files TO transform;
GRANT SELECT ON TABLE monitoring.files_by_state TO transform;
GRANT SELECT ON TABLE monitoring.files_by_state TO bi_reader;
GRANT SELECT ON TABLE monitoring.holds TO transform;
GRANT SELECT ON TABLE monitoring.holds TO bi_reader;
GRANT SELECT ON TABLE quality.violations TO transform;
GRANT SELECT ON TABLE monitoring.violations TO transform;
GRANT SELECT ON TABLE monitoring.violations TO bi_reader;
GRANT SELECT ON TABLE monitoring.open_violations TO transform;
GRANT SELECT ON TABLE monitoring.open_violations TO bi_reader;
GRANT SELECT ON TABLE quality.period_closings TO transform;
GRANT SELECT ON TABLE monitoring.period_closings TO transform;
GRANT SELECT ON TABLE monitoring.period_closings TO bi_reader;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.releases TO transform;
GRANT SELECT ON TABLE quality.violation_events TO transform;
GRANT SELECT ON TABLE monitoring.period_notebook TO transform;
GRANT SELECT ON TABLE monitoring.period_notebook TO bi_reader;
GRANT SELECT ON TABLE monitoring.publish_blocks TO transform;
GRANT SELECT ON TABLE monitoring.publish_blocks TO bi_reader;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.published_claims TO transform;
GRANT SELECT ON TABLE monitoring.published_claims TO transform;
GRANT SELECT ON TABLE monitoring.published_claims TO bi_reader;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.published_totals TO transform;
GRANT SELECT ON TABLE monitoring.published_totals TO transform;
GRANT SELECT ON TABLE monitoring.published_totals TO bi_reader;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.release_blocs TO transform;
GRANT SELECT ON TABLE monitoring.release_blocs TO transform;
GRANT SELECT ON TABLE monitoring.release_blocs TO bi_reader;
GRANT SELECT ON TABLE monitoring.releases TO transform;
GRANT SELECT ON TABLE monitoring.releases TO bi_reader;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.showings TO transform;
GRANT SELECT ON TABLE monitoring.showings TO transform;
GRANT SELECT ON TABLE monitoring.showings TO bi_reader;
GRANT SELECT ON TABLE quality.alert_events TO transform;
GRANT SELECT ON TABLE quality.closed_returns TO transform;
GRANT SELECT ON TABLE quality.failures TO transform;
GRANT SELECT ON TABLE quality.findings TO transform;
GRANT SELECT,INSERT,UPDATE ON TABLE quality.publishing TO transform;
GRANT SELECT ON TABLE quality.readers TO transform;
GRANT SELECT ON TABLE quality.reference_applications TO transform;
GRANT SELECT ON TABLE quality.reference_changes TO transform;
GRANT SELECT ON TABLE quality.reference_rows TO transform;
GRANT SELECT ON TABLE quality.reminders TO transform;
GRANT SELECT ON TABLE quality.results TO transform;
GRANT SELECT ON TABLE quality.runs TO transform;
GRANT SELECT,INSERT ON TABLE raw.changes TO transform;
GRANT SELECT ON TABLE raw.explanations TO transform;
GRANT SELECT ON TABLE raw.faults TO transform;
GRANT SELECT ON TABLE raw.replays TO transform;
GRANT SELECT ON TABLE raw.withdrawals TO transform;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest IN SCHEMA monitoring GRANT SELECT ON TABLES TO transform;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest IN SCHEMA monitoring GRANT SELECT ON TABLES TO bi_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest IN SCHEMA quality GRANT SELECT ON TABLES TO transform;
ALTER DEFAULT PRIVILEGES FOR ROLE ingest IN SCHEMA raw GRANT SELECT ON TABLES TO transform;
CREATE TABLE marts.dim_units (
    unit_key text CONSTRAINT dim_units__dbt_tmp_unit_key_not_null NOT NULL,
    unit_code text CONSTRAINT dim_units__dbt_tmp_unit_code_not_null NOT NULL,
    unit_name text CONSTRAINT dim_units__dbt_tmp_unit_name_not_null NOT NULL,
    unit_kind text CONSTRAINT dim_units__dbt_tmp_unit_kind_not_null NOT NULL,
    sector text,
    bloc_code text CONSTRAINT dim_units__dbt_tmp_bloc_code_not_null NOT NULL,
    bloc_name text,
    province text,
    latest_bloc_code text,
    opening_events text,
    closing_events text,
    successor_unit_code text,
    valid_from date CONSTRAINT dim_units__dbt_tmp_valid_from_not_null NOT NULL,
    valid_to date,
    is_open boolean CONSTRAINT dim_units__dbt_tmp_is_open_not_null NOT NULL
);
ALTER TABLE marts.dim_units OWNER TO transform;
COMMENT ON TABLE marts.dim_units IS 'Đơn vị theo giai đoạn. Grain: one row per unit and span of belonging to a bloc; a rename, a change of kind or bloc opens a new span. The bloc''s office is a unit of kind bloc_office.
';
COMMENT ON COLUMN marts.dim_units.unit_key IS 'Khóa đơn vị - giai đoạn. The unit''s code and its span''s first day.';
COMMENT ON COLUMN marts.dim_units.unit_code IS 'Mã đơn vị. Stable code given by the bloc.';
COMMENT ON COLUMN marts.dim_units.unit_name IS 'Tên đơn vị. Name in this span.';
COMMENT ON COLUMN marts.dim_units.unit_kind IS 'Loại hình. dbcs (committee), cbcs (cell) or bloc_office, which never counts as a unit.';
COMMENT ON COLUMN marts.dim_units.sector IS 'Lĩnh vực. Sector of the agency or enterprise.';
COMMENT ON COLUMN marts.dim_units.bloc_code IS 'Mã Đảng bộ Khối. The bloc in this span.';
COMMENT ON COLUMN marts.dim_units.bloc_name IS 'Tên Đảng bộ Khối. The bloc''s last name in this span.';
COMMENT ON COLUMN marts.dim_units.province IS 'Tỉnh. The bloc''s province.';
COMMENT ON COLUMN marts.dim_units.latest_bloc_code IS 'Mã Đảng bộ Khối về sau. The bloc in which this one was merged, or itself: the tree as it is today.';
COMMENT ON COLUMN marts.dim_units.opening_events IS 'Sự kiện mở. Effective events with which the span begins.';
COMMENT ON COLUMN marts.dim_units.closing_events IS 'Sự kiện đóng. Effective events with which the span ends.';
COMMENT ON COLUMN marts.dim_units.successor_unit_code IS 'Đơn vị kế thừa. The unit that takes over where the span ends in a merger.';
COMMENT ON COLUMN marts.dim_units.valid_from IS 'Từ ngày. First day of the span.';
COMMENT ON COLUMN marts.dim_units.valid_to IS 'Đến trước ngày. First day after the span; null while open.';
COMMENT ON COLUMN marts.dim_units.is_open IS 'Đang hoạt động. Whether the unit goes on in this span.';
CREATE TABLE marts.fct_returns (
    submission_id bigint,
    unit_code text NOT NULL,
    bloc_code text NOT NULL,
    form text NOT NULL,
    owed_by text NOT NULL,
    period_code text NOT NULL,
    period_type text NOT NULL,
    state text NOT NULL,
    period_year integer NOT NULL,
    is_expected boolean NOT NULL,
    is_due boolean NOT NULL,
    is_late boolean NOT NULL,
    period_end date NOT NULL,
    due_on date,
    received_at timestamp with time zone
);
ALTER TABLE marts.fct_returns OWNER TO transform;
COMMENT ON TABLE marts.fct_returns IS 'Tình hình gửi báo cáo. Grain: one row per unit, form and period that is owed or was received. Due is judged by the last day on which any file was received, not by the clock.
';
COMMENT ON COLUMN marts.fct_returns.submission_id IS 'Mã lần gửi. The submission that counts, held ones included.';
COMMENT ON COLUMN marts.fct_returns.unit_code IS 'Mã đơn vị. The unit or office.';
COMMENT ON COLUMN marts.fct_returns.bloc_code IS 'Mã Đảng bộ Khối. Its bloc when the return is owed.';
COMMENT ON COLUMN marts.fct_returns.form IS 'Biểu. The form.';
COMMENT ON COLUMN marts.fct_returns.owed_by IS 'Bên phải gửi. unit or bloc_office.';
COMMENT ON COLUMN marts.fct_returns.period_code IS 'Kỳ báo cáo. The period; joins to dim_periods.';
COMMENT ON COLUMN marts.fct_returns.period_type IS 'Loại kỳ. The period''s type.';
COMMENT ON COLUMN marts.fct_returns.state IS 'Tình trạng. accepted; held (contradicts other returns, or two files claim one number); rejected; missing (due, nothing usable); not_due.';
COMMENT ON COLUMN marts.fct_returns.period_year IS 'Năm. Year.';
COMMENT ON COLUMN marts.fct_returns.is_expected IS 'Phải gửi. Whether an obligation asks for it.';
COMMENT ON COLUMN marts.fct_returns.is_due IS 'Đã đến hạn. Whether its day has passed.';
COMMENT ON COLUMN marts.fct_returns.is_late IS 'Gửi muộn. Whether the first accepted submission came after the due day.';
COMMENT ON COLUMN marts.fct_returns.period_end IS 'Ngày cuối kỳ. Last day of the period.';
COMMENT ON COLUMN marts.fct_returns.due_on IS 'Hạn gửi. Last day on which it is in time; null when not expected.';
COMMENT ON COLUMN marts.fct_returns.received_at IS 'Nhận lúc. When the submission that counts was received.';
CREATE TABLE reference.ref_unit_spans (
    unit_code text,
    bloc_code text,
    unit_kind text,
    sector text,
    unit_name text,
    valid_from date,
    valid_to date
);
ALTER TABLE reference.ref_unit_spans OWNER TO transform;
CREATE TABLE reference.ref_units (
    unit_code text,
    bloc_code text,
    unit_kind text,
    sector text,
    unit_name text,
    valid_from date
);
ALTER TABLE reference.ref_units OWNER TO transform;
INSERT INTO marts.dim_units VALUES ('LAN-001@2010-01-01', 'LAN-001', 'Đảng bộ Sở Nông nghiệp và Phát triển nông thôn', 'dbcs', 'administration', 'LAN', 'Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An', 'Long An', 'LAN', NULL, NULL, NULL, '2010-01-01', '2025-03-01', false);
INSERT INTO marts.dim_units VALUES ('LAN-002@2010-01-01', 'LAN-002', 'Đảng bộ Sở Nội vụ', 'dbcs', 'administration', 'LAN', 'Đảng bộ Khối Cơ quan và Doanh nghiệp tỉnh Long An', 'Long An', 'LAN', NULL, NULL, NULL, '2010-01-01', '2025-03-01', false);
INSERT INTO marts.fct_returns VALUES (1, 'LAN-001', 'LAN', 'membership', 'unit', '2024-H1', 'H1', 'accepted', 2024, true, false, false, '2024-06-30', '2024-07-08', '2024-07-03 17:00:00+00');
INSERT INTO marts.fct_returns VALUES (2, 'LAN-001', 'LAN', 'admissions', 'unit', '2024-H1', 'H1', 'accepted', 2024, true, false, false, '2024-06-30', '2024-07-08', '2024-07-03 17:00:00+00');
INSERT INTO marts.fct_returns VALUES (3, 'LAN-002', 'LAN', 'membership', 'unit', '2024-H1', 'H1', 'accepted', 2024, true, false, false, '2024-06-30', '2024-07-08', '2024-07-07 17:00:00+00');
INSERT INTO marts.fct_returns VALUES (4, 'LAN-002', 'LAN', 'admissions', 'unit', '2024-H1', 'H1', 'accepted', 2024, true, false, false, '2024-06-30', '2024-07-08', '2024-07-07 17:00:00+00');
INSERT INTO reference.ref_unit_spans VALUES ('LAN-001', 'LAN', 'dbcs', 'administration', 'Đảng bộ Sở Nông nghiệp và Phát triển nông thôn', '2010-01-01', '2025-03-01');
INSERT INTO reference.ref_unit_spans VALUES ('LAN-002', 'LAN', 'dbcs', 'administration', 'Đảng bộ Sở Nội vụ', '2010-01-01', '2025-03-01');
INSERT INTO reference.ref_units VALUES ('LAN-001', 'LAN', 'dbcs', 'administration', 'Đảng bộ Sở Nông nghiệp và Phát triển nông thôn', '2010-01-01');
INSERT INTO reference.ref_units VALUES ('LAN-002', 'LAN', 'dbcs', 'administration', 'Đảng bộ Sở Nội vụ', '2010-01-01');
CREATE UNIQUE INDEX "6a07288af9475e7d99491b8a50dff315" ON marts.dim_units USING btree (unit_key);
CREATE INDEX be8dcc4fe9bbda8d0ed9510b5bb8a3ef ON marts.fct_returns USING btree (unit_code, period_year);
CREATE INDEX c67eeb6988d115769dbbf8a4857b2872 ON marts.fct_returns USING btree (bloc_code, period_code);
ALTER TABLE marts.dim_units ENABLE ROW LEVEL SECURITY;
ALTER TABLE marts.fct_returns ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON marts.dim_units FOR SELECT USING ((( SELECT monitoring.reads_all(CURRENT_USER) AS reads_all) OR (bloc_code = ANY (( SELECT monitoring.readable_blocs(CURRENT_USER) AS readable_blocs)::text[])) OR (unit_code = ANY (( SELECT monitoring.readable_units(CURRENT_USER) AS readable_units)::text[]))));
CREATE POLICY readers ON marts.fct_returns FOR SELECT USING ((( SELECT monitoring.reads_all(CURRENT_USER) AS reads_all) OR (bloc_code = ANY (( SELECT monitoring.readable_blocs(CURRENT_USER) AS readable_blocs)::text[])) OR (unit_code = ANY (( SELECT monitoring.readable_units(CURRENT_USER) AS readable_units)::text[]))));
GRANT SELECT ON TABLE marts.dim_units TO ingest;
GRANT SELECT ON TABLE marts.dim_units TO bi_reader;
GRANT SELECT ON TABLE marts.fct_returns TO ingest;
GRANT SELECT ON TABLE marts.fct_returns TO bi_reader;
GRANT SELECT ON TABLE reference.ref_unit_spans TO ingest;
GRANT SELECT ON TABLE reference.ref_units TO ingest;
