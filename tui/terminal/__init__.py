"""What lies between Textual and a terminal: the driver, escape sequences, what is never drawn or told."""
