"""Landing, archive and outbox: a folder or an object store."""
