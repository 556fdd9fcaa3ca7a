"""The lists of an office: which there are, their columns, how files give them."""
