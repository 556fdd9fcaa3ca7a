"""What an operator looks at: the status, and a page for each period."""
