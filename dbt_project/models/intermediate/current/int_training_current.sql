{{ lines_of_current(
    table = 'training',
    form = 'awards_training',
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
