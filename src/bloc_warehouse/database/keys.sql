-- Keys that BI tools find in the catalogue. dbt declares them where it builds, so their
-- owner calls these functions (macros/declare_foreign_keys.sql); run by `prepare` as
-- role ingest.

-- Called before marts are built: rows come and go one model after the other, and no
-- row of a fact is looked up one by one in five dimensions.
create or replace function quality.drop_foreign_keys(of_schema text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
    dropped record;
begin
    for dropped in
        select conrelid::regclass as mart, conname
        from pg_constraint
        where contype = 'f' and connamespace = to_regnamespace(quote_ident(of_schema))
    loop
        execute format(
            'alter table %s drop constraint %I', dropped.mart, dropped.conname
        );
    end loop;
end $$;

-- Called after they were built, with what dbt's tests of relationships say: a list of
-- [mart, its column, dimension, the dimension's key]. They are true as far as these
-- tests looked, and are not tried again (`not valid`); whoever writes later on is held
-- to them, at the end of the transaction if need be. What a run by hand has not built
-- yet is passed over.
create or replace function quality.declare_foreign_keys(of_schema text, declared jsonb)
returns void language plpgsql set search_path = pg_catalog as $$
declare
    found record;
begin
    for found in
        select
            mart.oid::regclass as mart,
            dimension.oid::regclass as dimension,
            mart_column.attname as mart_column,
            key_column.attname as key_column,
            format('%s_%s_fkey', mart.relname, mart_column.attname) as key_name
        from jsonb_array_elements(declared) as listed (names)
        inner join pg_class as mart
            on mart.relname = listed.names ->> 0
            and mart.relnamespace = to_regnamespace(quote_ident(of_schema))
            and mart.relkind = 'r'
        inner join pg_attribute as mart_column
            on mart_column.attrelid = mart.oid
            and mart_column.attname = listed.names ->> 1
        inner join pg_class as dimension
            on dimension.relname = listed.names ->> 2
            and dimension.relnamespace = mart.relnamespace
        inner join pg_attribute as key_column
            on key_column.attrelid = dimension.oid
            and key_column.attname = listed.names ->> 3
        inner join pg_constraint as primary_key
            on primary_key.conrelid = dimension.oid
            and primary_key.contype = 'p'
            and primary_key.conkey = array[key_column.attnum]
        order by mart.relname, mart_column.attnum
    loop
        execute format(
            'alter table %s add constraint %I foreign key (%I) references %s (%I)'
            ' deferrable not valid',
            found.mart, found.key_name, found.mart_column, found.dimension,
            found.key_column
        );
    end loop;
end $$;

-- dbt names an index by a hash, and a key by the table that it later renames
create or replace function quality.name_indexes(of_schema text) returns void
language plpgsql set search_path = pg_catalog as $$
declare
    found record;
begin
    for found in
        select named.index_name, named.wanted
        from (
            select
                index_class.relname as index_name,
                case
                    when pg_index.indisprimary then indexed.relname || '_pkey'
                    else left(
                        indexed.relname || '_' || (
                            select string_agg(attname, '_' order by attnum)
                            from pg_attribute where attrelid = index_class.oid
                        ), 59 -- a name has 63 bytes
                    ) || '_idx'
                end as wanted
            from pg_index
            inner join pg_class as index_class on pg_index.indexrelid = index_class.oid
            inner join pg_class as indexed on pg_index.indrelid = indexed.oid
            where indexed.relnamespace = to_regnamespace(quote_ident(of_schema))
        ) as named
        where named.index_name <> named.wanted
    loop
        if to_regclass(format('%I.%I', of_schema, found.wanted)) is null then
            execute format(
                'alter index %I.%I rename to %I', of_schema, found.index_name,
                found.wanted
            );
        end if;
    end loop;
end $$;
