with

int_blocs_deduplicated as (

    select * from {{ ref('int_blocs_deduplicated') }}

),

int_bloc_lineage as (

    select * from {{ ref('int_bloc_lineage') }}

),

{# a bloc has several names over time: the last one counts #}
names_ranked as (

    select
        bloc_code,
        bloc_name,
        province,
        row_number() over (partition by bloc_code order by valid_from desc) as recency
    from {{ ref('stg_reference__blocs') }}

),

lineages_ended as (

    select
        int_bloc_lineage.member_bloc_code as bloc_code,
        min(int_blocs_deduplicated.bloc_code) as latest_bloc_code
    from int_bloc_lineage
    inner join int_blocs_deduplicated
        on
            int_bloc_lineage.bloc_code = int_blocs_deduplicated.bloc_code
            and int_blocs_deduplicated.successor_bloc_code is null
    group by int_bloc_lineage.member_bloc_code

),

final as (

    select
        ---------- text
        int_blocs_deduplicated.bloc_code,
        names_ranked.bloc_name,
        {# as a legend has room for it #}
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        replace(
                            replace(names_ranked.bloc_name, ' tỉnh ', ' '),
                            'Ủy ban nhân dân', 'UBND'
                        ),
                        '^Đảng bộ (Khối )?(các )?', ''
                    ),
                    '^cơ quan và doanh nghiệp', 'CQ & DN', 'i'
                ),
                '^cơ', 'Cơ'
            ),
            '^doanh', 'Doanh'
        ) as bloc_short,
        names_ranked.province,
        int_blocs_deduplicated.successor_bloc_code,
        lineages_ended.latest_bloc_code,

        ---------- booleans
        int_blocs_deduplicated.open_until = 'infinity'::date as is_open,

        ---------- dates
        int_blocs_deduplicated.valid_from,
        nullif(int_blocs_deduplicated.open_until, 'infinity'::date) as valid_to
    from int_blocs_deduplicated
    left join names_ranked
        on
            int_blocs_deduplicated.bloc_code = names_ranked.bloc_code
            and names_ranked.recency = 1
    left join lineages_ended
        on int_blocs_deduplicated.bloc_code = lineages_ended.bloc_code

)

select * from final
