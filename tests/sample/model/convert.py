"""The trained network as a folder that faster-whisper loads: int8, by CTranslate2's own writer."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from ctranslate2.specs import common_spec
from ctranslate2.specs.whisper_spec import WhisperSpec
from sample.model import tokens
from sample.model.network import Attention, Layer, Network
from tokenizers import Tokenizer
from torch import nn

WEIGHTS, TOKENIZER = "model.bin", "tokenizer.json"


def convert(network: Network, tokenizer: Tokenizer, folder: Path) -> None:
    """Writes `model.bin`, `config.json`, `vocabulary.json` and `tokenizer.json`."""
    shape = network.shape
    spec = WhisperSpec(shape.encoder_layers, shape.heads, shape.decoder_layers, shape.heads)
    encoder, decoder = spec.encoder, spec.decoder
    _weights(encoder.conv1, network.conv1)
    _weights(encoder.conv2, network.conv2)
    encoder.position_encodings.encodings = _array(network.sound_positions)
    decoder.position_encodings.encodings = _array(network.text_positions)
    decoder.embeddings.weight = _array(network.tokens.weight)
    decoder.projection.weight = _array(network.tokens.weight)
    _norm(encoder.layer_norm, network.encoder_norm)
    _norm(decoder.layer_norm, network.decoder_norm)
    for written, layer in zip(encoder.layer, network.encoder, strict=True):
        _block(written, layer)
    for written, layer in zip(decoder.layer, network.decoder, strict=True):
        _block(written, layer)
        _look(written.attention, layer.cross, layer.cross_norm)
    special = tokens.ids(tokenizer)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [special.end]
    spec.config.lang_ids = [special.english]
    spec.config.alignment_heads = [list(head) for head in shape.guided]
    spec.register_vocabulary(tokens.vocabulary(tokenizer))
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    tokenizer.save(str(folder / TOKENIZER))
    _compact(folder / TOKENIZER)


def _block(written: object, layer: Layer) -> None:
    own = written.self_attention
    _norm(own.layer_norm, layer.own_norm)
    own.linear[0].weight, own.linear[0].bias = _fused(layer.own, "query", "key", "value")
    _weights(own.linear[1], layer.own.out)
    _norm(written.ffn.layer_norm, layer.last_norm)
    _weights(written.ffn.linear_0, layer.widen)
    _weights(written.ffn.linear_1, layer.narrow)


def _look(written: object, cross: Attention, norm: nn.LayerNorm) -> None:
    _norm(written.layer_norm, norm)
    _weights(written.linear[0], cross.query)
    written.linear[1].weight, written.linear[1].bias = _fused(cross, "key", "value")
    _weights(written.linear[2], cross.out)


def _fused(attention: Attention, *names: str) -> tuple[object, object]:
    parts = [getattr(attention, name) for name in names]
    biases = [torch.zeros(len(part.weight)) if part.bias is None else part.bias for part in parts]
    return _array(torch.cat([part.weight for part in parts])), _array(torch.cat(biases))


def _weights(written: common_spec.LayerSpec, part: nn.Linear | nn.Conv1d) -> None:
    written.weight, written.bias = _array(part.weight), _array(part.bias)


def _norm(written: common_spec.LayerNormSpec, norm: nn.LayerNorm) -> None:
    written.gamma, written.beta = _array(norm.weight), _array(norm.bias)


def _array(tensor: torch.Tensor) -> object:
    return tensor.detach().contiguous().numpy()


def _compact(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
