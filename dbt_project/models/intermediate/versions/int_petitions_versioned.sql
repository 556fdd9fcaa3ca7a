{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'petitions',
    texts = [
        'kind',
    ],
    numerics = [
        'carried_over',
        'received',
        'resolved',
        'pending',
    ],
) }}
