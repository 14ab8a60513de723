"""Pages on which notes come in from files and go out into files."""
