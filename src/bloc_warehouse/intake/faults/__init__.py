"""Faults: their codes, their texts in two languages, their page."""
