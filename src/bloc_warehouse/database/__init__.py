"""What the database holds and how it is changed: its shape's versions, its locks."""
