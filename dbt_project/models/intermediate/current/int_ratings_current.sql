{{ lines_of_current(
    table = 'ratings',
    form = 'ratings',
    texts = [
        'subject',
        'rating_scheme',
    ],
    numerics = [
        'total_subject',
        'exempt',
        'not_rated',
        'rated_total',
        'excellent',
        'good',
        'completed',
        'not_completed',
    ],
) }}
