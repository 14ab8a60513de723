"""What is kept and what goes: retention, shredding, compaction."""
