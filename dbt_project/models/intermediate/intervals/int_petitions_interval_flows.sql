{{ difference_over_intervals(
    table = 'petitions',
    form = 'inspections',
    keys = [
        'kind',
    ],
    flows = [
        'received',
        'resolved',
    ],
) }}
