"""What an installation needs once a week, whoever starts it: a DAG or a person."""
