{#- The strategy "scope": rows of the build's scope are replaced whole, also where nothing
    is left of them. What a model returns besides is left out. -#}
{% macro get_incremental_scope_sql(arguments) -%}
{%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
delete from {{ arguments.target_relation }}
where {{ is_in_scope(arguments.unique_key) }};
insert into {{ arguments.target_relation }} ({{ columns }})
select {{ columns }} from {{ arguments.temp_relation }}
where {{ is_in_scope(arguments.unique_key) }}
{%- endmacro %}
