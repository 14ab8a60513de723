"""Widgets that several pages share. Each draws whole lines; text reaches them as text and roles, never as markup."""
