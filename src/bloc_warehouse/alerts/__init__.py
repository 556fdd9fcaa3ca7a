"""Alerts: what people should act on, who is told, and over which channel."""
