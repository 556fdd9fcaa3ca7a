-- A column without a comment means what its namesakes in the other views mean.

do $$
declare
    described record;
begin
    for described in
        with columns as (
            select
                attrelid::regclass as view_name,
                attname as column_name,
                col_description(attrelid, attnum) as meaning
            from pg_attribute
            where attrelid in (
                select oid from pg_class
                where relnamespace = 'monitoring'::regnamespace and relkind = 'v'
            )
        )
        select
            columns.view_name, columns.column_name, min(namesakes.meaning) as meaning
        from columns
        inner join columns as namesakes on columns.column_name = namesakes.column_name
        where columns.meaning is null
        group by columns.view_name, columns.column_name
        having count(distinct namesakes.meaning) = 1
    loop
        execute format(
            'comment on column %s.%I is %L',
            described.view_name, described.column_name, described.meaning
        );
    end loop;
end
$$;
