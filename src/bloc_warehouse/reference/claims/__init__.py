"""Published totals: what a printed sentence says, as a line of the office's list."""
