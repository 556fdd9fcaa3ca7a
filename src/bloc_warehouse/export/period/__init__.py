"""A bloc's period: its summary and its forms by unit, as a file."""
