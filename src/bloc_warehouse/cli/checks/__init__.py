"""Commands about checks, violations, alerts and publishing."""
