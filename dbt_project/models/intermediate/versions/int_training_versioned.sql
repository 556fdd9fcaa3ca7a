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
