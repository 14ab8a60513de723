"""Pages and boxes about clients as a whole and their appointments."""
