"""Files as they were sent: registered, and archived byte for byte."""
