{{ lines_of_current(
    table = 'admission_plan',
    form = 'admission_plan',
    texts = [
        'scope',
        'planned_unit_code',
        'from_year',
        'to_year',
    ],
    numerics = [
        'planned_admissions',
    ],
) }}
