{{ lines_of_current(
    table = 'discipline',
    form = 'inspections',
    texts = [
        'body',
        'subject',
    ],
    numerics = [
        'reprimand',
        'warning',
        'dismissal',
        'expulsion',
        'dissolution',
        'discipline_total',
        'of_which_committee_members',
        'dismissal_office_holders',
    ],
) }}
