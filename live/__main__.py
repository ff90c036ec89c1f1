"""`python -m live`: the same program as `unhurried`."""

from __future__ import annotations

import sys

from live.app import main

if __name__ == "__main__":
    sys.exit(main())
