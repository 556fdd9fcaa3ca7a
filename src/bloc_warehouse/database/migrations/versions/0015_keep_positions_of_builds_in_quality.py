"""Keep positions of builds in quality."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Take the positions out of the schemas that BI tools list; they stay the same."""
    op.execute("""
        create table quality.build_positions (
            table_schema text primary key,
            schema_oid oid not null,
            release_id bigint not null references quality.releases (release_id)
        )
    """)
    op.execute("""
        comment on table quality.build_positions is
        'Lần dựng của mỗi lược đồ. Which build the tables of each schema are of.'
    """)
    op.execute("""
        comment on column quality.build_positions.schema_oid is
        'The schema itself: another one that has its name holds no build.'
    """)
    # the schemas are transform's, and the record is ours: a setting carries them over
    op.execute("set local role transform")
    op.execute("""
        do $$
        declare
            of_schema text;
            release bigint;
            positions jsonb := '{}';
        begin
            foreach of_schema in array array[
                'intermediate', 'marts', 'marts_candidate', 'marts_previous'
            ] loop
                if to_regclass(of_schema || '.build_position') is not null then
                    execute format(
                        'select max(release_id) from %I.build_position', of_schema
                    ) into release;
                    positions := positions || jsonb_build_object(of_schema, release);
                    execute format('drop table %I.build_position', of_schema);
                end if;
            end loop;
            perform set_config('bloc.build_positions', positions::text, true);
        end $$
    """)
    op.execute("set local role ingest")
    op.execute("""
        insert into quality.build_positions (table_schema, schema_oid, release_id)
        select nspname, pg_namespace.oid, release_id
        from jsonb_each_text(current_setting('bloc.build_positions')::jsonb)
            as positions (table_schema, release)
        inner join pg_namespace on positions.table_schema = nspname
        inner join quality.releases on positions.release::bigint = release_id
    """)
