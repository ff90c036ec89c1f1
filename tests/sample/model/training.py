"""Trains the network: from short utterances in cheap windows to long ones in exact windows."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sample.model import tokens
from sample.model.batches import OPEN, Batch, Batches
from sample.model.network import EDGE, FULL, SHORT, Network, Shape
from sample.model.renderings import Pool
from sample.model.utterances import Composer, Mix
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as f

DRAWN = 32
"""Positions that stand for a window's padding where it is not computed whole."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The course of training."""

    steps: int = 5000
    seconds: float = 44.0
    """Of sound in a batch."""
    limits_s: tuple[float, ...] = (3.0, 5.0, 8.6)
    """Longest utterance of a batch, drawn anew for each."""
    shares: tuple[float, ...] = (0.3, 0.35, 0.35)
    early: float = 0.15
    """Until this share of the steps only the shortest."""
    exact: float = 0.75
    """From this share of the steps on the 10 s window is computed whole in every second batch."""
    full: float = 0.4
    """Share of batches in the 30 s window."""
    rate: float = 1.8e-3
    warm_up: int = 150
    threads: int = 1
    seed: int = 3


@dataclass(frozen=True, slots=True)
class Losses:
    """Of one step, in nats, and the share of words that were right."""

    text: float
    words: float
    phones: float
    look: float
    follow: float
    right: float


def train(pool: Pool, plan: Plan, saved: Path | None = None) -> tuple[Network, Tokenizer]:
    """The trained network and its tokenizer; prints how it goes."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    names = [str(name) for name in pool.names]
    tokenizer = tokens.build(names)
    numbers = [tokenizer.encode(f" {name}").ids[0] for name in names]
    shape = Shape()
    network = Network(shape, tokenizer.get_vocab_size(), len(names), len(pool.phonemes))
    batches = Batches(Composer(pool, Mix()), numbers, tokens.ids(tokenizer), plan.seed)
    verify(network, batches)
    optimiser = torch.optim.AdamW(network.parameters(), plan.rate, (0.9, 0.98), weight_decay=0.01)
    begun, recent = time.monotonic(), []
    for step, limit_s, exact, window in _course(plan):
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * _rate(step, plan)
        batch = batches.batch(step, max(4, round(plan.seconds / limit_s)), limit_s)
        recent.append(_step(network, optimiser, batch, window, exact))
        if step % 50 == 49:
            print(_line(step, begun, recent), flush=True)
            recent = []
        if saved and step % 500 == 499:
            torch.save(network.state_dict(), saved)
    if saved:
        torch.save(network.state_dict(), saved)
    return network, tokenizer


@torch.no_grad()
def verify(network: Network, batches: Batches) -> None:
    """The cheap windows are the real ones: AssertionError where they differ.

    Against the features padded with zeros to the whole window, as faster-whisper does it: exact
    with every position there, exact with every position drawn once, near with a few drawn.
    """
    features = batches.batch(0, 4, 5.0).features
    sound = features.shape[-1] // 2
    for window in (SHORT, FULL):
        padded = f.pad(features, (0, 2 * (window - EDGE) - features.shape[-1]))
        plain = network.hear(padded, window).states
        whole = network.hear(features, window).states
        drawn = network.hear(features, window, torch.full((window - sound - EDGE // 2,), 0.5))
        few = network.hear(features, window, torch.full((DRAWN,), 0.5)).states
        assert torch.allclose(plain, whole, atol=1e-3)
        assert torch.allclose(plain, drawn.states, atol=1e-3)
        apart = (few[:, :sound] - plain[:, :sound]).abs().mean() / plain[:, :sound].abs().mean()
        assert apart < 0.3, f"drawn padding is {apart:.2f} away in a window of {window}"


def _course(plan: Plan) -> Iterator[tuple[int, float, bool, int]]:
    random = np.random.default_rng(plan.seed)
    for step in range(plan.steps):
        limit_s = float(random.choice(plan.limits_s, p=plan.shares))
        done = step / plan.steps
        window = FULL if random.random() < plan.full else SHORT
        exact = random.random() < 0.5 and done > plan.exact and window == SHORT
        yield step, plan.limits_s[0] if done < plan.early else limit_s, exact, window


def _rate(step: int, plan: Plan) -> float:
    return min(1, (step + 1) / plan.warm_up) * max(
        0.01, 0.5 * (1 + math.cos(math.pi * step / plan.steps))
    )


def _step(
    network: Network, optimiser: torch.optim.Optimizer, batch: Batch, window: int, exact: bool
) -> Losses:
    heard = network.hear(batch.features, window, None if exact else torch.rand(DRAWN))
    logits, guided, following = network.write(batch.tokens, heard)
    asked = batch.labels != OPEN
    text = f.cross_entropy(logits[asked], batch.labels[asked], label_smoothing=0.02)
    n = batch.word_at.shape[1]
    words = _at(network.word_at(heard.states[:, :n]), batch.word_at)
    phones = _at(network.phone_at(heard.middle[:, :n]), batch.phone_at)
    look = _look(guided, batch.rows, batch.look)
    # each row's own word is what the row before looks for
    again = batch.rows + torch.tensor([0, 1])
    written = again[:, 1] < batch.ends[again[:, 0]]
    follow = _look(following, again[written], batch.look[written])
    loss = text + 0.5 * words + 0.5 * phones + 0.3 * look + 0.3 * follow
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    right = (logits[asked].argmax(-1) == batch.labels[asked]).float().mean()
    return Losses(*(each.item() for each in (text, words, phones, look, follow, right)))


def _look(weights: Tensor, rows: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of where heads look (log weights) against where they should."""
    if not len(rows):
        return torch.zeros(())
    chosen = weights[rows[:, 0], :, rows[:, 1], : target.shape[1]]
    return -(target[:, None] * chosen).sum(-1).mean()


def _at(logits: Tensor, labels: Tensor) -> Tensor:
    return f.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=OPEN)


def _line(step: int, begun: float, recent: list[Losses]) -> str:
    mean = [float(np.mean([getattr(each, name) for each in recent])) for name in Losses.__slots__]
    said = " ".join(f"{k} {v:.3f}" for k, v in zip(Losses.__slots__, mean, strict=True))
    spent = f"{time.monotonic() - begun:.0f} s ({time.process_time():.0f} cpu)"
    return f"step {step + 1} {spent} {said}"
