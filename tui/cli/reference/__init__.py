"""What is told of the commands themselves: the manual, completion, examples, keys."""
