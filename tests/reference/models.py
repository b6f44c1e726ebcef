"""The course's two models in PyTorch, as a user of PyTorch would write them, with the course's parameter names.

Nothing is left out and nothing is added, so that a step here and a step of ours are the same work and give the same loss.
Shapes stand behind the lines: b examples, n patches, t tokens, d features.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    """Self-attention of a vision or text tower."""

    def __init__(self, d, heads):
        super().__init__()
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(d, d) for _ in range(4))
        self.heads = heads

    def forward(self, x):
        b, t, d = x.shape
        query, key, value = (
            proj(x).view(b, t, self.heads, -1).transpose(1, 2) for proj in (self.q_proj, self.k_proj, self.v_proj)
        )  # [b, heads, t, d_head]
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.out_proj(mixed.transpose(1, 2).reshape(b, t, d))


class Mlp(nn.Module):
    def __init__(self, d, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(d, hidden), nn.Linear(hidden, d)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class EncoderLayer(nn.Module):
    def __init__(self, d, hidden, heads):
        super().__init__()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(d, eps=1e-6), nn.LayerNorm(d, eps=1e-6)
        self.self_attn, self.mlp = Attention(d, heads), Mlp(d, hidden)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


def encoder(layers, d, hidden, heads):
    """The blocks under the name `encoder.layers`."""
    holder = nn.Module()
    holder.layers = nn.ModuleList(EncoderLayer(d, hidden, heads) for _ in range(layers))
    return holder


class PatchEmbedding(nn.Module):
    """A convolution that never looks across the border of a patch, stored as one, computed as a linear layer."""

    def __init__(self, d, channels, patch):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(d, channels, patch, patch)), nn.Parameter(torch.empty(d))

    def forward(self, pixels):
        b, c, h, w = pixels.shape
        p = self.weight.shape[-1]
        patches = pixels.view(b, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(b, -1, c * p * p)
        return F.linear(patches, self.weight.flatten(1), self.bias)  # [b, n, d]


class VisionTower(nn.Module):
    def __init__(self, shapes, prefix, heads):
        super().__init__()
        d, channels, patch, _ = shapes[f"{prefix}.embeddings.patch_embedding.weight"]
        patches, _ = shapes[f"{prefix}.embeddings.position_embedding.weight"]
        hidden, _ = shapes[f"{prefix}.encoder.layers.0.mlp.fc1.weight"]
        self.embeddings = nn.Module()
        self.embeddings.patch_embedding = PatchEmbedding(d, channels, patch)
        self.embeddings.position_embedding = nn.Embedding(patches, d)
        self.encoder = encoder(count_layers(shapes, f"{prefix}.encoder.layers"), d, hidden, heads)
        self.post_layernorm = nn.LayerNorm(d, eps=1e-6)

    def forward(self, pixels):
        x = self.embeddings.patch_embedding(pixels) + self.embeddings.position_embedding.weight  # [b, n, d]
        for layer in self.encoder.layers:
            x = layer(x)
        return self.post_layernorm(x)


class MapHead(nn.Module):
    """Attention pooling: one learned query looks at all tokens."""

    def __init__(self, d, hidden, heads):
        super().__init__()
        self.probe = nn.Parameter(torch.empty(1, 1, d))
        self.attention = nn.MultiheadAttention(d, heads, batch_first=True)
        self.layernorm, self.mlp = nn.LayerNorm(d, eps=1e-6), Mlp(d, hidden)

    def forward(self, tokens):
        probe = self.probe.expand(tokens.shape[0], -1, -1)  # [b, 1, d]
        pooled = self.attention(probe, tokens, tokens, need_weights=False)[0][:, 0]  # [b, d]
        return pooled + self.mlp(self.layernorm(pooled))


class TextTower(nn.Module):
    def __init__(self, shapes, heads):
        super().__init__()
        vocabulary, d = shapes["text_model.embeddings.token_embedding.weight"]
        length, _ = shapes["text_model.embeddings.position_embedding.weight"]
        hidden, _ = shapes["text_model.encoder.layers.0.mlp.fc1.weight"]
        projection, _ = shapes["text_model.head.weight"]
        self.embeddings = nn.Module()
        self.embeddings.token_embedding = nn.Embedding(vocabulary, d)
        self.embeddings.position_embedding = nn.Embedding(length, d)
        self.encoder = encoder(count_layers(shapes, "text_model.encoder.layers"), d, hidden, heads)
        self.final_layer_norm, self.head = nn.LayerNorm(d, eps=1e-6), nn.Linear(d, projection)

    def forward(self, ids):
        x = self.embeddings.token_embedding(ids) + self.embeddings.position_embedding.weight  # [b, t, d]
        for layer in self.encoder.layers:
            x = layer(x)
        return self.head(self.final_layer_norm(x[:, -1]))  # [b, d]


class Siglip(nn.Module):
    """The SigLIP step's loss."""

    def __init__(self, shapes, heads):
        super().__init__()
        self.vision_model = VisionTower(shapes, "vision_model", heads)
        hidden, d = shapes["vision_model.head.mlp.fc1.weight"]
        self.vision_model.head = MapHead(d, hidden, heads)
        self.text_model = TextTower(shapes, heads)
        self.logit_scale, self.logit_bias = nn.Parameter(torch.empty(1)), nn.Parameter(torch.empty(1))

    def forward(self, pixels, ids):
        pictures = F.normalize(self.vision_model.head(self.vision_model(pixels)), dim=-1)  # [b, d]
        captions = F.normalize(self.text_model(ids), dim=-1)  # [b, d]
        logits = self.logit_scale.exp() * pictures @ captions.T + self.logit_bias  # [b, b]
        labels = 2 * torch.eye(logits.shape[0]) - 1
        return -F.logsigmoid(labels * logits).sum() / logits.shape[0]


class RmsNorm(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(d))

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], eps=1e-6) * (1 + self.weight)


class GroupedQueryAttention(nn.Module):
    def __init__(self, d, queries, keys, heads):
        super().__init__()
        self.q_proj, self.o_proj = nn.Linear(d, queries, bias=False), nn.Linear(queries, d, bias=False)
        self.k_proj, self.v_proj = nn.Linear(d, keys, bias=False), nn.Linear(d, keys, bias=False)
        self.heads, self.d_head = heads, queries // heads

    def forward(self, x, cos, sin, allowed):
        b, t, _ = x.shape
        query, key, value = (
            proj(x).view(b, t, -1, self.d_head).transpose(1, 2) for proj in (self.q_proj, self.k_proj, self.v_proj)
        )  # [b, heads or key heads, t, d_head]
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        key, value = (x.repeat_interleave(self.heads // x.shape[1], 1) if 1 < x.shape[1] else x.expand_as(query) for x in (key, value))
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        return self.o_proj(mixed.transpose(1, 2).reshape(b, t, -1))


def rotate(x, cos, sin):
    across, up = x.chunk(2, dim=-1)
    return torch.cat([across * cos - up * sin, up * cos + across * sin], dim=-1)


class GatedMlp(nn.Module):
    def __init__(self, d, hidden):
        super().__init__()
        self.gate_proj, self.up_proj = nn.Linear(d, hidden, bias=False), nn.Linear(d, hidden, bias=False)
        self.down_proj = nn.Linear(hidden, d, bias=False)

    def forward(self, x):
        return self.down_proj(F.gelu(self.gate_proj(x), approximate="tanh") * self.up_proj(x))


class DecoderLayer(nn.Module):
    def __init__(self, d, queries, keys, hidden, heads):
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = RmsNorm(d), RmsNorm(d)
        self.self_attn, self.mlp = GroupedQueryAttention(d, queries, keys, heads), GatedMlp(d, hidden)

    def forward(self, x, cos, sin, allowed):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, allowed)
        return x + self.mlp(self.post_attention_layernorm(x))


class Decoder(nn.Module):
    def __init__(self, shapes, heads):
        super().__init__()
        prefix = "language_model.model"
        vocabulary, d = shapes[f"{prefix}.embed_tokens.weight"]
        queries, _ = shapes[f"{prefix}.layers.0.self_attn.q_proj.weight"]
        keys, _ = shapes[f"{prefix}.layers.0.self_attn.k_proj.weight"]
        hidden, _ = shapes[f"{prefix}.layers.0.mlp.up_proj.weight"]
        self.embed_tokens = nn.Embedding(vocabulary, d)
        self.layers = nn.ModuleList(DecoderLayer(d, queries, keys, hidden, heads) for _ in range(count_layers(shapes, f"{prefix}.layers")))
        self.norm = RmsNorm(d)
        self.d_head = queries // heads

    def forward(self, x, allowed):
        pairs = self.d_head // 2
        speeds = 10_000.0 ** (-torch.arange(pairs) / pairs)
        angles = torch.arange(x.shape[1])[:, None] * speeds  # [t, d_head/2]
        cos, sin = angles.cos(), angles.sin()
        for layer in self.layers:
            x = layer(x, cos, sin, allowed)
        return self.norm(x)


class Vlm(nn.Module):
    """The loss of the vision-language model's step."""

    def __init__(self, shapes, heads):
        super().__init__()
        self.vision_tower = nn.Module()
        self.vision_tower.vision_model = VisionTower(shapes, "vision_tower.vision_model", heads)
        self.multi_modal_projector = nn.Module()
        d_text, d_vision = shapes["multi_modal_projector.linear.weight"]
        self.multi_modal_projector.linear = nn.Linear(d_vision, d_text)
        self.language_model = nn.Module()
        self.language_model.model = Decoder(shapes, heads)

    def forward(self, pixels, ids, allowed, predicting, targets, weights):
        decoder = self.language_model.model
        image = self.multi_modal_projector.linear(self.vision_tower.vision_model(pixels))  # [b, n, d]
        words = decoder.embed_tokens(ids[:, image.shape[1] :]) * math.sqrt(image.shape[-1])  # [b, t - n, d]
        hidden = decoder(torch.cat([image, words], dim=1), allowed)  # [b, t, d]
        logits = F.linear(hidden.flatten(0, 1)[predicting], decoder.embed_tokens.weight)  # [m, vocabulary]
        return (F.cross_entropy(logits, targets, reduction="none") * weights).sum()


def count_layers(shapes, prefix):
    return len({name[len(prefix) + 1 :].split(".")[0] for name in shapes if name.startswith(prefix + ".")})
