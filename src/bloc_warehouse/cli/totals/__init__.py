"""Commands about totals, claims and periods."""
