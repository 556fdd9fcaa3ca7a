"""What happened in each unit, interval by interval, so that the totals come out."""
