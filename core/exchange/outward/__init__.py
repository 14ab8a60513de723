"""Notes into files: approved, recorded, written; and the accounting of it."""
