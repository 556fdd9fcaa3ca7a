{#- The strategy "scope": rows in the build's scope are fully replaced, even if the
    model returns none; rows outside the scope are ignored. -#}
{% macro get_incremental_scope_sql(arguments) -%}
{%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
delete from {{ arguments.target_relation }}
where {{ is_in_scope(arguments.unique_key) }};
insert into {{ arguments.target_relation }} ({{ columns }})
select {{ columns }} from {{ arguments.temp_relation }}
where {{ is_in_scope(arguments.unique_key) }}
{%- endmacro %}
