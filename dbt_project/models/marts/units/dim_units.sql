{# Only events that took effect act; a proposed merger or rename changes nothing. #}
with

stg_reference__unit_spans as (

    select * from {{ ref('stg_reference__unit_spans') }}

),

dim_blocs as (

    select * from {{ ref('dim_blocs') }}

),

stg_reference__blocs as (

    select * from {{ ref('stg_reference__blocs') }}

),

events_united as (

    select
        unit_code,
        effective_date,
        string_agg(event_type, ', ' order by event_type) as event_types,
        min(successor_code) as successor_unit_code
    from {{ ref('stg_reference__unit_events') }}
    where status = 'effective'
    group by
        unit_code,
        effective_date

),

{# a bloc has several names over time: the last one before the span ends #}
blocs_named as (

    select
        stg_reference__unit_spans.unit_key,
        stg_reference__blocs.bloc_name,
        stg_reference__blocs.province,
        row_number() over (
            partition by stg_reference__unit_spans.unit_key
            order by stg_reference__blocs.valid_from desc
        ) as recency
    from stg_reference__unit_spans
    inner join stg_reference__blocs
        on
            stg_reference__unit_spans.bloc_code = stg_reference__blocs.bloc_code
            and stg_reference__unit_spans.open_until > stg_reference__blocs.valid_from

),

final as (

    select
        ---------- ids
        stg_reference__unit_spans.unit_key,

        ---------- text
        stg_reference__unit_spans.unit_code,
        stg_reference__unit_spans.unit_name,
        stg_reference__unit_spans.unit_kind,
        stg_reference__unit_spans.sector,
        stg_reference__unit_spans.bloc_code,
        blocs_named.bloc_name,
        blocs_named.province,
        dim_blocs.latest_bloc_code,
        events_opening.event_types as opening_events,
        events_closing.event_types as closing_events,
        events_closing.successor_unit_code,

        ---------- booleans
        stg_reference__unit_spans.valid_to is null as is_open,

        ---------- dates
        stg_reference__unit_spans.valid_from,
        stg_reference__unit_spans.valid_to
    from stg_reference__unit_spans
    left join blocs_named
        on
            stg_reference__unit_spans.unit_key = blocs_named.unit_key
            and blocs_named.recency = 1
    left join dim_blocs
        on stg_reference__unit_spans.bloc_code = dim_blocs.bloc_code
    left join events_united as events_opening
        on
            stg_reference__unit_spans.unit_code = events_opening.unit_code
            and stg_reference__unit_spans.valid_from = events_opening.effective_date
    left join events_united as events_closing
        on
            stg_reference__unit_spans.unit_code = events_closing.unit_code
            and stg_reference__unit_spans.valid_to = events_closing.effective_date

)

select * from final
