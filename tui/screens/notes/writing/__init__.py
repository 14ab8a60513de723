"""Writing a note: the editor and what stands round it."""
