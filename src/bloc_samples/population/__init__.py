"""Who is there: units with their names and spans, and the events they go through."""
