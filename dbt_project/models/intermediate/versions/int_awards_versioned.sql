{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'awards',
    texts = [
        'level',
        'kind',
        'subject',
    ],
    numerics = [
        'merit_from_year',
        'merit_to_year',
        'award_count',
    ],
) }}
