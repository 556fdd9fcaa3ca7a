"""The checks of Great Expectations: rules, gates, violations and holds."""
