{# Of all years of the units in scope, as int_membership_stocks. Once a unit has named a
   kind, each later return has a stock of it: what one does not name is not pending. #}
with

intervals as (

    select * from {{ ref('int_reporting_intervals') }}
    where
        form = 'inspections'
        and is_open_at_end
        and {{ is_in_scope(['unit_code']) }}

),

units_open as (

    select unit_code from {{ ref('stg_reference__unit_spans') }}
    where valid_to is null

),

{# a clerk may write one kind on two lines #}
rows_merged as (

    select
        intervals.submission_id,
        petitions_lines.kind,
        min(petitions_lines.sheet) as sheet,
        min(petitions_lines.sheet_row) as sheet_row,
        min(petitions_lines.not_applicable) as not_applicable,
        {{ sum_of_lines('petitions_lines', 'pending') }} as pending
    from intervals
    inner join {{ ref('stg_raw__petitions') }} as petitions_lines
        on intervals.submission_id = petitions_lines.submission_id
    group by
        intervals.submission_id,
        petitions_lines.kind

),

kinds_begun as (

    select
        intervals.unit_code,
        rows_merged.kind,
        min(intervals.interval_end) as first_interval_end
    from rows_merged
    inner join intervals
        on rows_merged.submission_id = intervals.submission_id
    group by
        intervals.unit_code,
        rows_merged.kind

),

final as (

    select
        ---------- ids
        intervals.submission_id,
        intervals.unit_key,

        ---------- text
        intervals.unit_code,
        intervals.bloc_code,
        intervals.unit_kind,
        intervals.period_code,
        intervals.period_type,
        kinds_begun.kind,
        coalesce(rows_merged.not_applicable, '{}'::text[]) as not_applicable,
        intervals.file_sha256,
        rows_merged.sheet,

        ---------- numerics
        intervals.period_year,
        rows_merged.sheet_row,
        case
            when rows_merged.submission_id is null then 0
            else rows_merged.pending
        end as pending,

        ---------- booleans
        units_open.unit_code is not null as is_open_today,

        ---------- dates
        intervals.interval_end
    from kinds_begun
    inner join intervals
        on
            kinds_begun.unit_code = intervals.unit_code
            and kinds_begun.first_interval_end <= intervals.interval_end
    left join rows_merged
        on
            intervals.submission_id = rows_merged.submission_id
            and kinds_begun.kind = rows_merged.kind
    left join units_open
        on intervals.unit_code = units_open.unit_code

)

select * from final
