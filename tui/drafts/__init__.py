"""What is being typed: kept at every change, sealed in the journal, offered again."""
