"""The process in which files from outside are read."""
