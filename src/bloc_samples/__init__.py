"""Generated submissions whose totals meet the published figures.

Everything about a single unit is generated; only the totals are published facts. The
data's way: scenario (the blocs and what they owe) → population (the units) → figures
(what happened in them) → returns (the rows of the forms) → files, and the reference
data.
"""
