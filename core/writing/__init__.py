"""What helps to write a note: forms, templates, snippets, the last plan, the next appointment, a last look."""
