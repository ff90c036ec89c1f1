"""Measurements of the program, printed as tables: `make bench`, or `python -m bench`."""
