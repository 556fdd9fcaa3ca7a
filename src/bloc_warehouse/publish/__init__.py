"""Publishing: which blocs may be shown, the rotation, and what readers saw."""
