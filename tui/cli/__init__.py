"""The command line, one small module a command. It starts without Textual."""
