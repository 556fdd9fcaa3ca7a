"""The files in which offices send their returns, and what is kept about them."""
