"""From cells to a form, a unit, a period and typed values."""
