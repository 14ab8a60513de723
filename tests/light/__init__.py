"""The light driver: what it sends draws what Textual drew."""
