"""What BI tools ask: the dashboards, and wide views beside their tables."""
