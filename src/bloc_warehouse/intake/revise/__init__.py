"""What happens to a submission later: withdrawn, read again, compared."""
