"""Commands that bring notes in and send them out."""
