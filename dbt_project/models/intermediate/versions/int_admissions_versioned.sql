{# grain: one row per time during which a version counted, and line of its table #}

{{ lines_of_versions(
    table = 'admissions',
    texts = [],
    numerics = [
        'plan_year',
        'admitted_total',
        'admitted_youth',
        'admitted_female',
        'admitted_ethnic',
        'admitted_religious',
        'admitted_private_sector',
        'admitted_private_owner',
        'readmitted',
        'admitted_edu_secondary',
        'admitted_edu_college',
        'admitted_edu_university',
        'admitted_edu_postgraduate',
        'candidates_trained',
    ],
) }}
