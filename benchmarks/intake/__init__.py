"""Speed of intake, against what it cannot avoid and what a user would write."""
