"""What a report form looks like: one YAML a form version, and the registry of all."""
