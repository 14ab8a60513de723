"""Notes: a chart, reading, writing, signing, adding."""
