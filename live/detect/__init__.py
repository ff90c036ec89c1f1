"""The detectors: what is known of a conversation goes in, flags come out."""
