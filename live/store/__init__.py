"""What is kept of sessions: encrypted, for as long as the coach said, and gone when they say so."""
