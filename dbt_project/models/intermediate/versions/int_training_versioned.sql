{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'training',
    texts = [
        'programme',
    ],
    numerics = [
        'classes',
        'attendees',
        'attendees_members',
        'attendees_masses',
    ],
) }}
