"""The installation's reference lists: read, checked, compared, applied and kept."""
