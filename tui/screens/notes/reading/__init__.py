"""Reading a note, and the history of its revisions."""
