"""What of all that is noticed is shown while a session goes on, and how; no Qt in here.

Below the settings, whose sections some of its options are, and above the engine.
"""
