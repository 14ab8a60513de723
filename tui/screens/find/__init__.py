"""Finding notes: by what lists show, and inside them."""
