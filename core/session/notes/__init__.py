"""The part of a session that is about notes: reading, writing, signing, moving."""
