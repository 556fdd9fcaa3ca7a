{#- The target live builds nothing, and nobody builds beside a build of ours. -#}
{% macro begin_run() -%}
{%- set builds = flags.WHICH in ('run', 'build', 'seed', 'snapshot', 'retry', 'clone') -%}
{%- if execute and builds and target.name == 'live' -%}
{%- do exceptions.raise_compiler_error(
    'target live only reads: build with target candidate, then run `bloc publish`'
) -%}
{%- elif execute and builds -%}
select quality.begin_run({{ flags.FULL_REFRESH or false }})
{%- endif -%}
{%- endmacro %}
