{#- Fails on a total that rests on more units than owe it: completeness over 100 %. -#}
{% test units_reported_stay_within_expected(model) %}

select *
from {{ model }}
where
    units_reported is null
    or units_expected is null
    or units_reported < 0
    or units_reported > units_expected

{% endtest %}
