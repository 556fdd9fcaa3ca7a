"""From units' workbooks to published, audited totals."""
