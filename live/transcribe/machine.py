"""What is known of this computer's speed: measured once for each model, and remembered.

Sessions and reviews must compute the same, so a choice that depends on speed is made from a
number that is written down, not from how busy the computer is today.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from live.resources import own
from live.transcribe.weights import Weights

KEEPS_UP_S = 0.8
"""A model keeps up when the standard utterance (5 s, short window) takes no longer: final words
then come about 1.5 s after the coach's last sound, with another request in progress."""
BY_SIZE = ("small.en", "small", "base.en", "base", "tiny.en", "tiny")
"""Models that are chosen by themselves, best first. Larger ones are for those who name them."""
UNMEASURED = ("base.en", "base", "tiny.en", "tiny", "small.en", "small")
"""The same while nothing is measured: in the order in which they are likely to keep up and good."""


@dataclass(slots=True)
class Machine:
    """Seconds for the standard utterance in the short and the full window, for each model."""

    file: Path
    computer: str
    speeds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Machine:
        """What was measured on this very computer; nothing when that cannot be read."""
        machine = cls(own("data") / "speed.json", computer())
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            kept = json.loads(machine.file.read_text(encoding="utf-8"))
            if kept["computer"] == machine.computer:
                for name, (short, full) in kept["speeds"].items():
                    machine.speeds[name] = (float(short), float(full))
        return machine

    def measured(self, weights: Weights, threads: int) -> tuple[float, float] | None:
        """What was measured for a model with so many threads."""
        return self.speeds.get(_key(weights, threads))

    def remember(self, weights: Weights, threads: int, measured: tuple[float, float]) -> None:
        """Write a measurement down; a disk that refuses costs no more than measuring again."""
        self.speeds[_key(weights, threads)] = measured
        text = json.dumps({"computer": self.computer, "speeds": self.speeds}, indent=1)
        with contextlib.suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            half = self.file.with_suffix(f".{os.getpid()}")
            half.write_text(text + "\n", encoding="utf-8")
            half.replace(self.file)

    def best(self, able: Sequence[Weights], threads: int) -> Weights | None:
        """The best of these that keeps up; where none does, the quickest; None of none."""
        by_name = {weights.name: weights for weights in able}
        in_order = [by_name[name] for name in BY_SIZE if name in by_name]
        speeds = {w.name: self._known(w, threads) for w in in_order}
        for weights in in_order:
            speed = speeds[weights.name]
            if speed is not None and speed[0] <= KEEPS_UP_S:
                return weights
        for name in UNMEASURED:
            if name in by_name and speeds[name] is None:
                return by_name[name]
        if in_order:
            return in_order[-1]
        return able[0] if able else None

    def _known(self, weights: Weights, threads: int) -> tuple[float, float] | None:
        """What was measured for a model, or before there was one for its shape."""
        shape = weights.name.removesuffix(".en") + ".en"
        return self.measured(weights, threads) or self.speeds.get(
            f"whisper:{shape}@shape {threads}"
        )


def computer() -> str:
    """What the speed of a computer depends on, as far as it can be asked without measuring."""
    return f"{platform.machine()} {platform.processor()} {os.cpu_count()} cores"


def _key(weights: Weights, threads: int) -> str:
    return f"{weights.label} {threads}"
