"""Keeps a copy of the whole installation, and makes it one again.

A target holds the bytes of files once each, under their sha256, and a folder for every
backup: the database's dump, the readers' logins, and the manifest, which is written
last. What has no manifest is no backup.
"""
