"""From sound to who spoke when: frames, voice activity, stretches, turns, prosody."""
