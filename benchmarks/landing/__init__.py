"""Benches of what comes into landing: until it is seen, and until it is published."""
