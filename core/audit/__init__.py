"""The audit trail as people read it: rows over columns, and a page for one record. No key is needed."""
