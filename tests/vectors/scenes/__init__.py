"""One vault each: `play` writes it, `WHAT` says what is in it."""
