"""What an office's own old sheets call our forms' columns."""
