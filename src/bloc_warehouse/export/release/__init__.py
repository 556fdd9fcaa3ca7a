"""The whole live release: its tables as Parquet, described as a data package."""
