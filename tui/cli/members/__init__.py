"""Commands about members and their keys."""
