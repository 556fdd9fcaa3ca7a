{#- A condition on a table whose rows are replaced by these keys. By its first key a table
    goes by units, by blocs, by terms or by claims, and by the second by their years;
    without keys by all. -#}
{% macro is_in_scope(keys, table=none) -%}
{%- set units = ('intermediate.build_scope', ['unit_code', 'period_year']) -%}
{%- set scopes = {
    'unit_code': units,
    'reporting_unit_code': units,
    'bloc_code': ('intermediate.int_bloc_years_scoped', ['bloc_code', 'period_year']),
    'term': ('intermediate.int_terms_scoped', ['term', 'bloc_code']),
    'claim_id': ('intermediate.int_claims_scoped', ['claim_id']),
} -%}
{%- set prefix = table ~ '.' if table else '' -%}
{%- if keys -%}
{%- set scope, columns = scopes[keys[0]] -%}
({{ prefix }}{{ keys | join(', ' ~ prefix) }}) in (
select {{ columns[: keys | length] | join(', ') }} from {{ scope }}
)
{%- else -%}
true
{%- endif -%}
{%- endmacro %}
