"""Whole files made from a vault: compacted, copied, with one byte mended."""
