"""Verification: one walk over a vault's records, and what it says."""
