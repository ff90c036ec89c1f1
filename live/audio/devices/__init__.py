"""Sound from real devices: microphones, and what the system plays."""
