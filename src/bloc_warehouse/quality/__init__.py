"""What must hold between submissions and over totals, and what follows from it."""
