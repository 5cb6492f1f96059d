"""The BERT encoder of multilingual-e5-small in plain torch.

The same network as transformers' BertModel, without importing transformers, which takes longer than all else
that happens between typing a question and reading the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.bundled import Shape, Weights, unpack

if TYPE_CHECKING:
    import torch

    Linear = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoder layer; a Linear is a weight of shape (out, in) and a bias."""

    attention: Linear  # query, key and value above one another
    attention_out: Linear
    attention_norm: Linear
    inner: Linear
    outer: Linear
    outer_norm: Linear


@dataclass(frozen=True, slots=True)
class Network:
    """Token ids to token states. The word table stays packed: only the rows in use are unpacked."""

    shape: Shape
    words: torch.Tensor  # (vocabulary, blocks, 18) bytes
    places: torch.Tensor  # (positions, width), the token type added
    norm: Linear
    layers: tuple[Layer, ...]

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the token states (n, length, width), float32.

        `ids` and `mask` have shape (n, length); mask is true where there is a token.
        """
        from torch.nn.functional import gelu, layer_norm, linear

        size, epsilon = (self.shape.width,), self.shape.epsilon
        kind = self.layers[0].inner[0].dtype
        hidden = layer_norm(self._look_up(ids) + self.places[: ids.shape[1]], size, *self.norm, epsilon)
        allowed = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in self.layers:
            mixed = self._attend(linear(hidden.to(kind), *layer.attention), allowed)
            hidden = layer_norm(hidden + linear(mixed, *layer.attention_out), size, *layer.attention_norm, epsilon)
            inner = gelu(linear(hidden.to(kind), *layer.inner))
            hidden = layer_norm(hidden + linear(inner, *layer.outer), size, *layer.outer_norm, epsilon)
        return hidden

    def _attend(self, mixed: torch.Tensor, allowed: torch.Tensor | None) -> torch.Tensor:
        from torch.nn.functional import scaled_dot_product_attention

        count, length, _ = mixed.shape
        query, key, value = mixed.view(count, length, 3, self.shape.heads, -1).permute(2, 0, 3, 1, 4)
        result = scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        return result.transpose(1, 2).reshape(count, length, self.shape.width)

    def _look_up(self, ids: torch.Tensor) -> torch.Tensor:
        import torch

        blocks = self.words[ids]
        scales = blocks[..., :2].contiguous().view(torch.float16).float()
        nibbles = blocks[..., 2:]
        values = torch.cat([nibbles & 15, nibbles >> 4], dim=-1).float()
        return ((values - 8) * scales).flatten(-2)


def build_network(weights: Weights, device: str, bfloat16: bool) -> Network:
    """Unpack the weights onto a device; with `bfloat16` the matrix products run in that precision."""
    import numpy as np
    import torch

    shape = weights.shape
    kind = torch.bfloat16 if bfloat16 else torch.float32

    def tensor(name: str, *size: int) -> torch.Tensor:
        values = unpack(*weights.tensors[name])
        return torch.from_numpy(values if values.flags.writeable else values.copy()).view(*size).to(device)

    def linear(name: str, out: int, into: int) -> Linear:
        return tensor(f"{name}.w", out, into).to(kind), tensor(f"{name}.b", out).to(kind)

    def norm(name: str) -> Linear:
        return tensor(f"{name}.w", shape.width), tensor(f"{name}.b", shape.width)

    def layer(at: int) -> Layer:
        parts = [linear(f"l{at}.{letter}", shape.width, shape.width) for letter in "qkv"]
        return Layer(
            attention=(torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts])),
            attention_out=linear(f"l{at}.ao", shape.width, shape.width),
            attention_norm=norm(f"l{at}.aln"),
            inner=linear(f"l{at}.fi", shape.inner, shape.width),
            outer=linear(f"l{at}.fo", shape.width, shape.inner),
            outer_norm=norm(f"l{at}.oln"),
        )

    words = np.frombuffer(weights.tensors["emb.word"][1], np.uint8).reshape(shape.vocabulary, -1, 18)
    places = tensor("emb.pos", shape.positions, shape.width) + tensor("emb.type", shape.types, shape.width)[0]
    return Network(
        shape=shape,
        words=torch.from_numpy(words.copy()).to(device),
        places=places,
        norm=norm("emb.ln"),
        layers=tuple(layer(at) for at in range(shape.layers)),
    )
