"""Measuring this computer with networks of the real sizes, before any model is fetched."""

from __future__ import annotations

import tempfile
from pathlib import Path

from live.transcribe.guards import GuardOptions
from live.transcribe.loading import measure
from live.transcribe.recommend import Measured
from live.transcribe.shapes import Shape, make
from live.transcribe.whisper import WordsOptions, load


def trial(shape: Shape) -> Measured:
    """How long a model of that shape takes here; makes one, and forgets it. Takes seconds.

    Raises `OutputError` or `ModelMissingError` where that cannot be done.
    """
    options, guards = WordsOptions(), GuardOptions()
    with tempfile.TemporaryDirectory(prefix="unhurried-") as place:
        make(shape, Path(place))
        model = load(Path(place), "cpu", options.cores)
        return Measured(
            measure(model, options, guards, "short"),
            measure(model, options, guards, "full"),
        )
