with

{{ totals_of_lineage('historical') }}

select * from final
