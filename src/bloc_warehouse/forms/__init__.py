"""What a report form looks like: one YAML file a form and version, and the registry that loads them."""
