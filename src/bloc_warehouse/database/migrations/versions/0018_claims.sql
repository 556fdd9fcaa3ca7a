create table if not exists reference.ref_published_totals (
    claim_id text,
    source_document text,
    published_on date,
    bloc_code text,
    period_type text,
    period_start date,
    period_end date,
    indicator text,
    subject text,
    conducted_by text,
    printed text,
    value numeric,
    unit text,
    qualifier text,
    role text,
    basis text,
    base_claim text,
    wording text,
    inferred text
);
delete from reference.ref_published_totals;
comment on table reference.ref_published_totals is
'Số liệu đã công bố. Figures that were printed, as claims to recompute.';
comment on column reference.ref_published_totals.base_claim is
'Số gốc. The claim of which this one is a part or a share.';
comment on column reference.ref_published_totals.inferred is
'Suy đoán. What of the claim is inferred, not printed.';

grant select on reference.ref_published_totals to transform;
