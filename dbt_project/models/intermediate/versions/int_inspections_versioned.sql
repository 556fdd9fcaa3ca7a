{{ lines_of_versions(
    table = 'inspections',
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
