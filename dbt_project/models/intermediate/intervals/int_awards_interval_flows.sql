{{ difference_over_intervals(
    table = 'awards',
    form = 'awards_training',
    keys = [
        'level',
        'kind',
        'subject',
        'merit_from_year',
        'merit_to_year',
    ],
    flows = [
        'award_count',
    ],
) }}
