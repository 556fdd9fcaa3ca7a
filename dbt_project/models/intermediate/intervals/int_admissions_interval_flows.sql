{{ difference_over_intervals(
    table = 'admissions',
    form = 'admissions',
    flows = [
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
