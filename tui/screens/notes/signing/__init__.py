"""Signing, co-signing, adding to what was signed."""
