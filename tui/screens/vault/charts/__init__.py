"""How long charts are kept, and what is given up."""
