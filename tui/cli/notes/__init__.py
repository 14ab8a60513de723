"""Commands about notes and drafts."""
