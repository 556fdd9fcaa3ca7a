"""Taking data away: what a reader may see of the live release, as files of its own."""
