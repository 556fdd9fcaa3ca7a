{# grain: one row per unit and span of belonging to a bloc #}

{# Only events that took effect act; a proposed merger or rename changes nothing. #}
with

int_units_spanned as (

    select * from {{ ref('int_units_spanned') }}

),

int_blocs_united as (

    select * from {{ ref('int_blocs_united') }}

),

int_bloc_lineage_traced as (

    select * from {{ ref('int_bloc_lineage_traced') }}

),

ref_blocs as (

    select * from {{ ref('ref_blocs') }}

),

events_united as (

    select
        unit_code,
        effective_date,
        string_agg(event_type, ', ' order by event_type) as event_types,
        min(successor_code) as successor_unit_code
    from {{ ref('ref_unit_events') }}
    where status = 'effective'
    group by
        unit_code,
        effective_date

),

{# a bloc bears several names in time: the last one before the span ends #}
blocs_named as (

    select
        int_units_spanned.unit_key,
        ref_blocs.bloc_name,
        ref_blocs.province,
        row_number() over (
            partition by int_units_spanned.unit_key
            order by ref_blocs.valid_from desc
        ) as recency
    from int_units_spanned
    inner join ref_blocs
        on
            int_units_spanned.bloc_code = ref_blocs.bloc_code
            and int_units_spanned.open_until > ref_blocs.valid_from

),

lineages_ended as (

    select
        int_bloc_lineage_traced.member_bloc_code as bloc_code,
        min(int_blocs_united.bloc_code) as latest_bloc_code
    from int_bloc_lineage_traced
    inner join int_blocs_united
        on
            int_bloc_lineage_traced.bloc_code = int_blocs_united.bloc_code
            and int_blocs_united.successor_bloc_code is null
    group by int_bloc_lineage_traced.member_bloc_code

),

final as (

    select
        ---------- ids
        int_units_spanned.unit_key,

        ---------- text
        int_units_spanned.unit_code,
        int_units_spanned.unit_name,
        int_units_spanned.unit_kind,
        int_units_spanned.sector,
        int_units_spanned.bloc_code,
        blocs_named.bloc_name,
        blocs_named.province,
        lineages_ended.latest_bloc_code,
        events_opening.event_types as opening_events,
        events_closing.event_types as closing_events,
        events_closing.successor_unit_code,

        ---------- dates
        int_units_spanned.valid_from,
        int_units_spanned.valid_to
    from int_units_spanned
    left join blocs_named
        on
            int_units_spanned.unit_key = blocs_named.unit_key
            and blocs_named.recency = 1
    left join lineages_ended
        on int_units_spanned.bloc_code = lineages_ended.bloc_code
    left join events_united as events_opening
        on
            int_units_spanned.unit_code = events_opening.unit_code
            and int_units_spanned.valid_from = events_opening.effective_date
    left join events_united as events_closing
        on
            int_units_spanned.unit_code = events_closing.unit_code
            and int_units_spanned.valid_to = events_closing.effective_date

)

select * from final
