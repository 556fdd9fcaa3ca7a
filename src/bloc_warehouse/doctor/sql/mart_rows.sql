-- rows of the published tables, as the planner estimates them
select
    pg_class.relname as table_name,
    greatest(pg_class.reltuples, 0)::double precision as reading
from pg_class
inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
where pg_namespace.nspname = 'marts' and pg_class.relkind = 'r'
order by pg_class.relname
