"""What a person meets: the full-screen application and the command line."""
