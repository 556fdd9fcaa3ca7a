"""The build: what changed, the dbt runs over it, and the releases that come of it."""
