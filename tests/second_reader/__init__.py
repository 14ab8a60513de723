"""The second reader: its runner and what it is held against."""
