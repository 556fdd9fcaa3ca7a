-- The tables that who asks may read, with all that the catalogue says of them.
-- A table without a description is no part of the release.
with tables as (
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
constraints as (
    select
        pg_constraint.conrelid,
        pg_constraint.contype,
        pg_constraint.conname,
        referenced.relname as target,
        columns.names as columns,
        columns.target_names as target_columns
    from pg_constraint
    inner join tables on pg_constraint.conrelid = tables.oid
    left join tables as referenced on pg_constraint.confrelid = referenced.oid
    cross join
        lateral ( -- noqa: ST05
            select
                array_agg(own.attname::text order by keys.place) as names,
                array_agg(other.attname::text order by keys.place) as target_names
            from unnest(
                pg_constraint.conkey, pg_constraint.confkey
            ) with ordinality as keys (own_number, target_number, place)
            inner join pg_attribute as own
                on pg_constraint.conrelid = own.attrelid
                and keys.own_number = own.attnum
            left join pg_attribute as other
                on pg_constraint.confrelid = other.attrelid
                and keys.target_number = other.attnum
        ) as columns
    where pg_constraint.contype in ('p', 'f')
)

select
    tables.relname::text as name,
    obj_description(tables.oid, 'pg_class') as comment,
    (
        select
            json_agg(
                json_build_object(
                    'name', pg_attribute.attname,
                    'type', format_type(pg_attribute.atttypid, pg_attribute.atttypmod),
                    'is_required', pg_attribute.attnotnull,
                    'comment', col_description(tables.oid, pg_attribute.attnum)
                ) order by pg_attribute.attnum
            )
        from pg_attribute
        where pg_attribute.attrelid = tables.oid
            and pg_attribute.attnum > 0
            and not pg_attribute.attisdropped
    ) as columns,
    coalesce((
        select constraints.columns
        from constraints
        where constraints.conrelid = tables.oid and constraints.contype = 'p'
    ), '{}') as primary_key,
    coalesce((
        select
            json_agg(
                json_build_object(
                    'columns', constraints.columns,
                    'target', constraints.target,
                    'target_columns', constraints.target_columns
                ) order by constraints.conname
            )
        from constraints
        where constraints.conrelid = tables.oid
            and constraints.contype = 'f'
            and constraints.target is not null
    ), '[]') as foreign_keys
from tables
order by tables.relname
