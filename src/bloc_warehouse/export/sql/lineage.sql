-- the blocs whose returns a bloc's totals of a period count: its own and predecessors'
select member_bloc_code
from intermediate.int_bloc_lineage
where bloc_code = %(bloc)s and counts_since <= %(last)s
