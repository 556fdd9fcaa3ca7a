{% macro suppression_threshold() -%}
{{ env_var('BLOC_SUPPRESSION_THRESHOLD', var('suppression_threshold')) | int }}
{%- endmacro %}
