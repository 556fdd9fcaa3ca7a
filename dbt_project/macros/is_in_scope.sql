{#- A condition on a table whose rows are replaced by these keys. By its first key a table
    goes by units and years, by blocs and years, by terms or by claims; without keys by all. -#}
{% macro is_in_scope(keys, table=none) -%}
{%- set units = 'select unit_code, period_year from intermediate.build_scope' -%}
{%- set scopes = {
    'unit_code': units,
    'reporting_unit_code': units,
    'bloc_code': 'select bloc_code, period_year from intermediate.int_bloc_years_scoped',
    'term': 'select term, bloc_code from intermediate.int_terms_scoped',
    'claim_id': 'select claim_id from intermediate.int_claims_scoped',
} -%}
{%- set prefix = table ~ '.' if table else '' -%}
{%- if keys -%}
({{ prefix }}{{ keys | join(', ' ~ prefix) }}) in ({{ scopes[keys[0]] }})
{%- else -%}
true
{%- endif -%}
{%- endmacro %}
