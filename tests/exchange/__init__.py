"""Notes that come in from files, and notes that go out into files."""
