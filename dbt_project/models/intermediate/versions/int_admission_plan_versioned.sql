{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'admission_plan',
    texts = [
        'scope',
        'planned_unit_code',
    ],
    numerics = [
        'from_year',
        'to_year',
        'planned_admissions',
    ],
) }}
