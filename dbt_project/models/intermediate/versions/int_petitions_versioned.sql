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
