"""Bringing translations up to date with the texts of the program: `make words`."""
