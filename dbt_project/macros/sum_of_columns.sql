{% macro sum_of_columns(measures, suffix='') -%}
{#- A blank leaves the sum unknown; what does not apply adds nothing. -#}
case
    when
        {%- for measure in measures %}
        {{ "and " if not loop.first -}}
        ({{ measure }}{{ suffix }} is not null or '{{ measure }}' = any(not_applicable))
        {%- endfor %}
        and num_nonnulls(
            {%- for measure in measures -%}
            {{ measure }}{{ suffix }}{{ ", " if not loop.last }}
            {%- endfor -%}
        ) > 0
        then
            {%- for measure in measures %}
            {{ "+ " if not loop.first -}}
            coalesce({{ measure }}{{ suffix }}, 0)
            {%- endfor %}
end
{%- endmacro %}
