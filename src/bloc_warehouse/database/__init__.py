"""The database: connections, roles, versions of its shape, locks."""
