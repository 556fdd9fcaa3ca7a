"""An office's own installation: its list of units, what they owe, its first lists."""
