"""From bytes to cells, for each kind of file, within limits."""
