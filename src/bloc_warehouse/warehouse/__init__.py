"""Connections, roles, raw schema, transformation, publishing, embedded server."""
