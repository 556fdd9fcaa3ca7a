{{ difference_over_intervals(
    table = 'discipline',
    form = 'inspections',
    keys = [
        'body',
        'subject',
    ],
    flows = [
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
