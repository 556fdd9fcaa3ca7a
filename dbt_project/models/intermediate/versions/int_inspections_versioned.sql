{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'inspections',
    texts = [
        'body',
        'subject',
        'kind',
    ],
    numerics = [
        'planned',
        'done',
        'distinct_subjects',
        'concluded_violation',
        'must_discipline',
        'cases_carried_over',
        'disciplined',
    ],
) }}
