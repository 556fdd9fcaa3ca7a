insert into quality.rules (
    rule, stage, suite, severity, title_vi, title_en, cure_vi, cure_en, scope,
    valid_from, valid_to, is_on, is_explainable, tolerance, told
)
values (
    %(id)s, %(stage)s, %(suite)s, %(severity)s, %(title_vi)s, %(title_en)s,
    %(remedy_vi)s, %(remedy_en)s, %(scope)s, %(valid_from)s, %(valid_to)s, %(enabled)s,
    %(is_explainable)s, %(tolerance)s, %(audience)s
)
