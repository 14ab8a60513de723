"""Notes from files: found, read, understood, brought in."""
