"""Sound in: recordings, their conversion to the session's rate, and their pace."""
