"""Frames: the layout of a record, reading many of them, and what stands where there is none."""
