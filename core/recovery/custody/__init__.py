"""The custodians: their ceremony, and recovering by them."""
