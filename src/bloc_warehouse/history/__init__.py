"""What was known when: as of a moment, as published, and back to the cell."""
