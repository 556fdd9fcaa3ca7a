with

{{ totals_of_lineage('current') }}

select * from final
