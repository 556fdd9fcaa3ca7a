"""What the units and offices report: the forms' rows, made of the figures."""
