"""Whisper's architecture, small: the same layers in the same order, nothing of its weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as f

SHORT, FULL = 500, 1500
"""Positions of the two windows the product asks in: 10 s and 30 s."""
EDGE = 10
"""Positions of padding that are really computed: the first of them still hear the sound's end."""

OFFSETS = ((-4, -1, 1, 4), (-8, -3, 3, 8), (-14, -6, 6, 14), (-10, 10))
"""Where the heads of the encoder's layers look before training, in positions of 20 ms; the heads
that are not named look anywhere."""
POINTED = 1.2
"""How firmly they do."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is of what."""

    width: int = 128
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    inner: int = 512
    mels: int = 80
    text_positions: int = 448
    guided: tuple[tuple[int, int], ...] = ((1, 0), (1, 1))
    """Heads of the decoder (layer, head) that look where the next word is; word times come from
    them."""
    following: tuple[tuple[int, int], ...] = ((0, 0), (0, 1))
    """Heads that look where the word just written is; from there the next one is easy to find."""


class Attention(nn.Module):
    """Multi-head attention; the keys have no bias, as in Whisper."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.value, self.out = (nn.Linear(width, width) for _ in range(3))
        self.key = nn.Linear(width, width, bias=False)

    def split(self, x: Tensor) -> Tensor:
        """(batch, n, width) to (batch, heads, n, width / heads)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, bias: Tensor | None = None, causal: bool = False) -> Tensor:
        """Of `x` to itself; `bias` (n,) is added to the logits of every row."""
        query, key, value = (self.split(part(x)) for part in (self.query, self.key, self.value))
        mask = None if bias is None else bias.expand(len(x), 1, x.shape[1], -1)
        out = f.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal)
        return self.out(out.transpose(1, 2).flatten(2))

    def look(self, x: Tensor, at: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor]:
        """Of `x` to `at`; also the logarithm of the weights (batch, heads, rows, n)."""
        query, key, value = self.split(self.query(x)), self.split(self.key(at)), None
        logits = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = (logits if bias is None else logits + bias).log_softmax(-1)
        value = self.split(self.value(at))
        return self.out((weights.exp() @ value).transpose(1, 2).flatten(2)), weights


class Layer(nn.Module):
    """One block of encoder or decoder."""

    def __init__(self, shape: Shape, crossed: bool) -> None:
        super().__init__()
        width = shape.width
        self.own, self.own_norm = Attention(width, shape.heads), nn.LayerNorm(width)
        if crossed:
            self.cross, self.cross_norm = Attention(width, shape.heads), nn.LayerNorm(width)
        self.widen, self.narrow = nn.Linear(width, shape.inner), nn.Linear(shape.inner, width)
        self.last_norm = nn.LayerNorm(width)

    def through(self, x: Tensor) -> Tensor:
        """The feed-forward part."""
        return x + self.narrow(f.gelu(self.widen(self.last_norm(x))))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the encoder gives: positions of sound, then of padding."""

    states: Tensor
    middle: Tensor
    """After half of the layers."""
    bias: Tensor | None
    """What drawn positions stand for, as logits; None where every position is there."""


class Network(nn.Module):
    """Features to tokens, with two helpers for training: words and phonemes at every position."""

    def __init__(self, shape: Shape, vocabulary: int, words: int, phonemes: int) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.conv1 = nn.Conv1d(shape.mels, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("sound_positions", _sinusoids(FULL, width, width // shape.heads))
        self.encoder = nn.ModuleList(Layer(shape, False) for _ in range(shape.encoder_layers))
        self.encoder_norm = nn.LayerNorm(width)
        self.tokens = nn.Embedding(vocabulary, width)
        self.text_positions = nn.Parameter(torch.empty(shape.text_positions, width))
        self.decoder = nn.ModuleList(Layer(shape, True) for _ in range(shape.decoder_layers))
        self.decoder_norm = nn.LayerNorm(width)
        self.word_at, self.phone_at = nn.Linear(width, words + 1), nn.Linear(width, phonemes)
        self._initialise()

    def hear(self, features: Tensor, window: int, draw: Tensor | None = None) -> Heard:
        """Features (batch, mels, 2 n), zero where there is no sound, in a window of positions.

        The padding gives one and the same vector at every position (before the positions' own),
        so it is computed once. `draw`, numbers from 0 to 1, takes one place from each of as many
        equal parts of the padding, and lets each stand for its part: much cheaper, nearly equal.
        """
        x = f.gelu(self.conv1(f.pad(features, (0, 2 * EDGE))))
        x = f.gelu(self.conv2(x)).transpose(1, 2)
        sound = features.shape[-1] // 2 + EDGE // 2
        at, bias = torch.arange(window), None
        if draw is not None:
            part = (window - sound) / len(draw)
            places = sound + ((torch.arange(len(draw)) + draw) * part).long()
            at = torch.cat([at[:sound], places])
            bias = torch.zeros(len(at))
            bias[sound:] = math.log(part)
        padding = x[:, sound : sound + 1].expand(-1, len(at) - sound, -1)
        x = torch.cat([x[:, :sound], padding], 1) + self.sound_positions[at]
        middle = x
        for number, layer in enumerate(self.encoder):
            x = layer.through(x + layer.own(layer.own_norm(x), bias))
            if number == len(self.encoder) // 2 - 1:
                middle = x
        return Heard(self.encoder_norm(x), middle, bias)

    def write(self, tokens: Tensor, heard: Heard) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (batch, n, vocabulary), then the log weights of guided and of following heads.

        Weights are (batch, heads, n, positions).
        """
        x = self.tokens(tokens) + self.text_positions[: tokens.shape[1]]
        guided, following = [], []
        for number, layer in enumerate(self.decoder):
            x = x + layer.own(layer.own_norm(x), causal=True)
            seen, weights = layer.cross.look(layer.cross_norm(x), heard.states, heard.bias)
            guided += [weights[:, head] for at, head in self.shape.guided if at == number]
            following += [weights[:, head] for at, head in self.shape.following if at == number]
            x = layer.through(x + seen)
        logits = self.decoder_norm(x) @ self.tokens.weight.T
        return logits, torch.stack(guided, 1), torch.stack(following, 1)

    @torch.no_grad()
    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
            if isinstance(module, nn.Conv1d):
                nn.init.kaiming_normal_(module.weight)
            if isinstance(module, nn.Linear | nn.Conv1d) and module.bias is not None:
                nn.init.zeros_(module.bias)
        # 0.02, as large models have it, is too small at this width: nothing is learned from.
        nn.init.normal_(self.tokens.weight, std=0.06)
        nn.init.normal_(self.text_positions, std=0.03)
        for layer in [*self.encoder, *self.decoder]:
            layer.own.out.weight.mul_(0.5)
            layer.narrow.weight.mul_(0.5)
        self._look_around()

    @torch.no_grad()
    def _look_around(self) -> None:
        """Heads of the encoder begin by looking a few positions away, as a convolution would.

        Learned from nothing, that takes longer than all the rest. The fastest sinusoids are kept
        free of everything else at first; turned by an offset they point at the position there.
        """
        width, size = self.shape.width, self.shape.width // self.shape.heads
        own = torch.cat([torch.arange(size // 2), torch.arange(size // 2) + width // 2])
        self.conv2.weight[own] = 0
        for layer, offsets in zip(self.encoder, OFFSETS, strict=False):
            layer.own.out.weight[own] = 0
            layer.narrow.weight[own] = 0
            for head, offset in enumerate(offsets):
                rows = slice(head * size, (head + 1) * size)
                for part, by in ((layer.own.query, offset), (layer.own.key, 0)):
                    part.weight[rows] *= 0.5
                    part.weight[rows, own] = _turned(size, width, by) * POINTED


def _rates(width: int) -> Tensor:
    return torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))


def _turned(size: int, width: int, by: float) -> Tensor:
    """Takes (sines, cosines) of the fastest rates at a position to those `by` positions later."""
    angle = torch.diag_embed(_rates(width)[: size // 2] * by)
    eye = torch.eye(size // 2)
    sine, cosine = angle.sin(), angle.cos() * eye
    return torch.cat([torch.cat([cosine, sine], 1), torch.cat([-sine, cosine], 1)])


def _sinusoids(positions: int, width: int, size: int) -> Tensor:
    """Whisper's, scaled: at full size they drown the sound, but for those that have no sound."""
    angles = torch.arange(positions)[:, None] * _rates(width)[None]
    scale = torch.full((width // 2,), 0.3)
    scale[: size // 2] = 1
    return torch.cat([scale * angles.sin(), scale * angles.cos()], 1)
