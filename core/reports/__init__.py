"""What is told about a vault without a key: the day's review, the statement about a lost device."""
