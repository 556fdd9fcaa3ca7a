{#- Whether a period has begun by the last day on which any file was received, as "due" is
    judged, and not by the clock. -#}
{% macro has_begun(periods) -%}
{{ periods }}.period_start <= (
    select max(receipts.last_received_on)
    from {{ ref('int_receipts_dated') }} as receipts
)
{%- endmacro %}
