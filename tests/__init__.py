"""The tests of Tacenda."""
