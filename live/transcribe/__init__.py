"""Words: from speech, or from files that something else wrote."""
