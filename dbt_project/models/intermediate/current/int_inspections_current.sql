{{ lines_of_current(
    table = 'inspections',
    form = 'inspections',
    texts = [
        'body',
        'subject',
        'kind',
    ],
    numerics = [
        'planned',
        'done',
        'distinct_subjects',
        'concluded_violation',
        'must_discipline',
        'cases_carried_over',
        'disciplined',
    ],
) }}
