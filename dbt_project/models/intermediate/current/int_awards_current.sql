{{ lines_of_current(
    table = 'awards',
    form = 'awards_training',
    texts = [
        'level',
        'kind',
        'subject',
        'merit_from_year',
        'merit_to_year',
    ],
    numerics = [
        'award_count',
    ],
) }}
