-- the candidate's foreign keys, as the live release has them
select
    quality.declare_foreign_keys(
        'marts_candidate',
        coalesce(
            jsonb_agg(
                jsonb_build_array(
                    mart.relname,
                    own_column.attname,
                    dimension.relname,
                    key_column.attname
                )
            ),
            '[]'
        )
    )
from pg_constraint
inner join pg_class as mart on pg_constraint.conrelid = mart.oid
inner join pg_class as dimension on pg_constraint.confrelid = dimension.oid
inner join pg_attribute as own_column
    on
        mart.oid = own_column.attrelid
        and pg_constraint.conkey[1] = own_column.attnum
inner join pg_attribute as key_column
    on
        dimension.oid = key_column.attrelid
        and pg_constraint.confkey[1] = key_column.attnum
where
    pg_constraint.contype = 'f'
    and pg_constraint.connamespace = 'marts'::regnamespace
