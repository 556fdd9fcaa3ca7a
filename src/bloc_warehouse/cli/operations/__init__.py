"""Commands that run, prepare and document the warehouse."""
