"""What dbt compiled of the project, and the one executor of it."""
