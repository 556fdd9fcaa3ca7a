"""Measures, on made input, what the warehouse costs against what it cannot avoid."""
