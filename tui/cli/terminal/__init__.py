"""What commands ask and print at a terminal."""
