-- size of the warehouse's database
select pg_database_size(current_database())::double precision as reading
