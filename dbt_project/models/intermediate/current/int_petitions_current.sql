{{ lines_of_current(
    table = 'petitions',
    form = 'inspections',
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
