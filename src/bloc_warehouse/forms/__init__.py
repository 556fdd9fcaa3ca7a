"""What a report form looks like: one YAML file a form and version, and their registry."""
