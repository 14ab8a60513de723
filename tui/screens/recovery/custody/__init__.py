"""Custodians: their ceremony, recovering by them, the professional will."""
