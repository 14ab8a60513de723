"""Copies of a vault: made, tried, held against it."""
