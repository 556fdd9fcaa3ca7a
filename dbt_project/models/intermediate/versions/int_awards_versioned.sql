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
