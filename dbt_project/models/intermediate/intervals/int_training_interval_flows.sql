{{ difference_over_intervals(
    table = 'training',
    form = 'awards_training',
    keys = [
        'programme',
    ],
    flows = [
        'classes',
        'attendees',
        'attendees_members',
        'attendees_masses',
    ],
) }}
