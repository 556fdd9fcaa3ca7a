"""What the office knows: periods, units, days, names, Vietnamese text."""
