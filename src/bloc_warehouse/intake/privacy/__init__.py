"""Personal data: found, masked, never kept."""
