{{ difference_over_intervals(
    table = 'inspections',
    form = 'inspections',
    keys = [
        'body',
        'subject',
        'kind',
    ],
    others = [
        'planned',
        'cases_carried_over',
    ],
    flows = [
        'done',
        'concluded_violation',
        'must_discipline',
        'disciplined',
    ],
) }}
