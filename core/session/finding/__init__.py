"""The part of a session that finds notes: by lists, and inside their texts."""
