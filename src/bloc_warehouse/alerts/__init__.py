"""Alerts: actionable problems, who is notified, and over which channel."""
