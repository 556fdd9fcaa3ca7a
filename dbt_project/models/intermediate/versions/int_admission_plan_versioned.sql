{{ lines_of_versions(
    table = 'admission_plan',
    texts = [
        'scope',
        'planned_unit_code',
    ],
    numerics = [
        'from_year',
        'to_year',
        'planned_admissions',
    ],
) }}
