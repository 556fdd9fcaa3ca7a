"""Commands about forms, files and submissions."""
