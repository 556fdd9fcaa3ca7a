{{ difference_over_intervals(
    table = 'petitions',
    form = 'inspections',
    keys = [
        'kind',
    ],
    others = [
        'carried_over',
        'pending',
    ],
    flows = [
        'received',
        'resolved',
    ],
) }}
