-- The tables that who asks may read, with all that the catalogue says of them.
-- A table without a description is no part of the release.
with readable as (
    select
        oid,
        relname
    from pg_class
    where relnamespace = to_regnamespace('marts')
        and relkind in ('r', 'p')
        and obj_description(oid, 'pg_class') is not null
        and has_table_privilege(oid, 'select')
),

-- keys and what each refers to, by names in the key's own order
named_keys as (
    select
        pg_constraint.conrelid,
        pg_constraint.contype,
        pg_constraint.conname,
        target_tables.relname as target_table,
        listed.own_names as column_names,
        listed.target_names
    from pg_constraint
    inner join readable on pg_constraint.conrelid = readable.oid
    left join readable as target_tables
        on pg_constraint.confrelid = target_tables.oid
    cross join
        lateral ( -- noqa: ST05
            select
                array_agg(own.attname::text order by places.place) as own_names,
                array_agg(other.attname::text order by places.place) as target_names
            from unnest(
                    pg_constraint.conkey, pg_constraint.confkey
                ) with ordinality as places (own_number, target_number, place)
            inner join pg_attribute as own
                on pg_constraint.conrelid = own.attrelid
                    and places.own_number = own.attnum
            left join pg_attribute as other
                on pg_constraint.confrelid = other.attrelid
                    and places.target_number = other.attnum
        ) as listed
    where pg_constraint.contype in ('p', 'f')
)

select
    readable.relname::text as table_name,
    obj_description(readable.oid, 'pg_class') as description,
    (
        select
            json_agg(
                json_build_object(
                    'name', pg_attribute.attname,
                    'type', format_type(pg_attribute.atttypid, pg_attribute.atttypmod),
                    'is_required', pg_attribute.attnotnull,
                    'comment', col_description(readable.oid, pg_attribute.attnum)
                ) order by pg_attribute.attnum
            )
        from pg_attribute
        where pg_attribute.attrelid = readable.oid
            and pg_attribute.attnum > 0
            and not pg_attribute.attisdropped
    ) as column_list,
    coalesce((
        select named_keys.column_names
        from named_keys
        where named_keys.conrelid = readable.oid and named_keys.contype = 'p'
    ), '{}') as primary_key,
    coalesce((
        select
            json_agg(
                json_build_object(
                    'columns', named_keys.column_names,
                    'target', named_keys.target_table,
                    'target_columns', named_keys.target_names
                ) order by named_keys.conname
            )
        from named_keys
        where named_keys.conrelid = readable.oid
            and named_keys.contype = 'f'
            and named_keys.target_table is not null
    ), '[]') as foreign_keys
from readable
order by readable.relname
