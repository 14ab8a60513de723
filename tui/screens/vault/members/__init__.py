"""Members, and who is admitted."""
