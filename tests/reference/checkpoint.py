"""Writes a folder in the shape of google/paligemma-3b-pt-224, with random numbers in it.

    checkpoint.py FOLDER [--room BYTES]

Needs torch and safetensors. Only one shard is in memory at a time, and shards that are there already are left alone: each tensor
comes from a generator of its own. Sizes and names are those of the published folder, the numbers are bf16 as in its
branch `bfloat16`.
"""

import argparse
import json
import math
import os
import shutil
import sys
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file

WIDTH, HIDDEN, LAYERS, HEADS, KEY_HEADS, HEAD_WIDTH = 2048, 16384, 18, 8, 1, 256
TOWER_WIDTH, TOWER_HIDDEN, TOWER_LAYERS, TOWER_HEADS = 1152, 4304, 27, 16
SIDE, PATCH = 224, 14
PLACES = (SIDE // PATCH) ** 2
VOCABULARY, FIRST_LOCATION, FIRST_SEGMENT, IMAGE = 257_216, 256_000, 257_024, 257_152
NEWLINE, FIRST_LETTER = 108, 109
# What the published folder holds.
TENSORS, NUMBERS = 603, 2_923_466_480
LARGEST_SHARD = 1_200_000_000

VISION = dict(
    hidden_size=TOWER_WIDTH,
    intermediate_size=TOWER_HIDDEN,
    model_type="siglip_vision_model",
    num_attention_heads=TOWER_HEADS,
    num_hidden_layers=TOWER_LAYERS,
    num_image_tokens=PLACES,
    patch_size=PATCH,
    projection_dim=WIDTH,
    projector_hidden_act="gelu_fast",
    vision_use_head=False,
)
TEXT = dict(
    hidden_size=WIDTH,
    intermediate_size=HIDDEN,
    model_type="gemma",
    num_attention_heads=HEADS,
    num_hidden_layers=LAYERS,
    num_image_tokens=PLACES,
    num_key_value_heads=KEY_HEADS,
    torch_dtype="bfloat16",
    vocab_size=VOCABULARY,
)
CONFIG = dict(
    architectures=["PaliGemmaForConditionalGeneration"],
    bos_token_id=2,
    eos_token_id=1,
    hidden_size=WIDTH,
    ignore_index=-100,
    image_token_index=IMAGE,
    model_type="paligemma",
    pad_token_id=0,
    projection_dim=WIDTH,
    text_config=TEXT,
    torch_dtype="bfloat16",
    vision_config=VISION,
)
PREPROCESSOR = dict(
    do_normalize=True,
    do_rescale=True,
    do_resize=True,
    image_mean=[0.5] * 3,
    image_processor_type="SiglipImageProcessor",
    image_seq_length=PLACES,
    image_std=[0.5] * 3,
    processor_class="PaliGemmaProcessor",
    resample=3,
    rescale_factor=1 / 255,
    size=dict(height=SIDE, width=SIDE),
)


def shapes():
    """Name → shape, in the order of the published files."""
    tower, decoder = "vision_tower.vision_model", "language_model.model"
    result = {"multi_modal_projector.linear.weight": (WIDTH, TOWER_WIDTH), "multi_modal_projector.linear.bias": (WIDTH,)}
    result[f"{tower}.embeddings.patch_embedding.weight"] = (TOWER_WIDTH, 3, PATCH, PATCH)
    result[f"{tower}.embeddings.patch_embedding.bias"] = (TOWER_WIDTH,)
    result[f"{tower}.embeddings.position_embedding.weight"] = (PLACES, TOWER_WIDTH)
    for layer in range(TOWER_LAYERS):
        matrices = {f"self_attn.{name}_proj": (TOWER_WIDTH, TOWER_WIDTH) for name in ("q", "k", "v", "out")}
        matrices |= {"mlp.fc1": (TOWER_HIDDEN, TOWER_WIDTH), "mlp.fc2": (TOWER_WIDTH, TOWER_HIDDEN)}
        norms = {"layer_norm1": (TOWER_WIDTH,), "layer_norm2": (TOWER_WIDTH,)}
        for name, shape in (matrices | norms).items():
            result[f"{tower}.encoder.layers.{layer}.{name}.weight"] = shape
            result[f"{tower}.encoder.layers.{layer}.{name}.bias"] = shape[:1]
    result[f"{tower}.post_layernorm.weight"] = result[f"{tower}.post_layernorm.bias"] = (TOWER_WIDTH,)
    result[f"{decoder}.embed_tokens.weight"] = (VOCABULARY, WIDTH)
    queries, keys = HEADS * HEAD_WIDTH, KEY_HEADS * HEAD_WIDTH
    for layer in range(LAYERS):
        parts = {"self_attn.q_proj": (queries, WIDTH), "self_attn.k_proj": (keys, WIDTH), "self_attn.v_proj": (keys, WIDTH)}
        parts |= {"self_attn.o_proj": (WIDTH, queries), "mlp.down_proj": (WIDTH, HIDDEN)}
        parts |= {"mlp.gate_proj": (HIDDEN, WIDTH), "mlp.up_proj": (HIDDEN, WIDTH)}
        parts |= {"input_layernorm": (WIDTH,), "post_attention_layernorm": (WIDTH,)}
        result |= {f"{decoder}.layers.{layer}.{name}.weight": shape for name, shape in parts.items()}
    result[f"{decoder}.norm.weight"] = (WIDTH,)
    assert len(result) == TENSORS and sum(map(math.prod, result.values())) == NUMBERS, "these are not the published shapes"
    return result


def shards(shapes):
    """Lists of names, each as many as fit into a file."""
    result, size = [[]], 0
    for name, shape in shapes.items():
        bytes_ = 2 * math.prod(shape)
        if result[-1] and size + bytes_ > LARGEST_SHARD:
            result.append([])
            size = 0
        result[-1].append(name)
        size += bytes_
    return result


def numbers(name, shape):
    """Matrices keep the size of what passes through them, and norms are near one. As in `export.py`."""
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    value = torch.empty(shape, dtype=torch.bfloat16)
    if len(shape) >= 2:
        value.normal_(0, 1 / math.sqrt(math.prod(shape[1:])), generator=generator)
    else:
        # Gemma's norms multiply by 1 + w.
        middle = 1.0 if "norm" in name and name.endswith("weight") and "language_model" not in name else 0.0
        value.normal_(middle, 0.1, generator=generator)
    if name.endswith("embed_tokens.weight"):
        # The logit of a row of zeros is zero, and among so many there are always larger ones: an answer never ends by itself, and it
        # does not repeat the line break before it.
        value[[CONFIG["eos_token_id"], NEWLINE]] = 0
    return value


def tokenizer():
    """A token for each letter, made-up words for the rest, and Gemma's numbers where they matter. There are no merges."""
    letters = "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'-"
    vocabulary = {"<pad>": 0, "<eos>": 1, "<bos>": 2, "<unk>": 3, "<mask>": 4, "\n": NEWLINE}
    vocabulary |= {letter: FIRST_LETTER + number for number, letter in enumerate(letters)}
    free = sorted(set(range(FIRST_LOCATION)) - set(vocabulary.values()))
    vocabulary |= {f"▁word{number}": number for number in free}
    special = {token: vocabulary[token] for token in ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "\n")}
    special |= {f"<loc{number:04}>": FIRST_LOCATION + number for number in range(1024)}
    special |= {f"<seg{number:03}>": FIRST_SEGMENT + number for number in range(128)}
    special |= {"<image>": IMAGE}
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    space = dict(type="Replace", pattern=dict(String=" "), content="▁")
    words = [dict(type="Replace", pattern=dict(String="▁"), content=" "), dict(type="Fuse")]
    model = dict(type="BPE", dropout=None, unk_token="<unk>", continuing_subword_prefix=None, end_of_word_suffix=None)
    model |= dict(fuse_unk=True, byte_fallback=False, ignore_merges=False, vocab=vocabulary, merges=[])
    return dict(
        version="1.0",
        truncation=None,
        padding=None,
        added_tokens=[dict(id=number, content=token, **flags) for token, number in special.items()],
        normalizer=space,
        pre_tokenizer=dict(type="Split", pattern=dict(String="▁"), behavior="MergedWithNext", invert=False),
        post_processor=None,
        decoder=dict(type="Sequence", decoders=words),
        model=model,
    )


def write(folder, room):
    folder.mkdir(parents=True, exist_ok=True)
    sizes = shapes()
    files = {f"model-{number + 1:05}-of-{len(shards(sizes)):05}.safetensors": names for number, names in enumerate(shards(sizes))}
    missing = {file: names for file, names in files.items() if not (folder / file).exists()}
    needed = sum(2 * math.prod(sizes[name]) for names in missing.values() for name in names)
    free = shutil.disk_usage(folder).free
    if missing and free < needed + room:
        sys.exit(f"{folder}: {needed / 1e9:.1f} GB are to be written and {room / 1e9:.0f} GB to stay free, but there are {free / 1e9:.1f} GB")
    for file, value in {"config.json": CONFIG, "preprocessor_config.json": PREPROCESSOR, "tokenizer.json": tokenizer()}.items():
        (folder / file).write_text(json.dumps(value, indent=None if file == "tokenizer.json" else 2, ensure_ascii=False) + "\n")
    done = 0
    for file, names in missing.items():
        tensors = {}
        for name in names:
            tensors[name] = numbers(name, sizes[name])
            done += 2 * tensors[name].numel()
            show(done, needed)
        unfinished = folder / f"{file}.unfinished"
        save_file(tensors, unfinished, metadata={"format": "pt"})
        os.replace(unfinished, folder / file)
    index = dict(metadata=dict(total_size=2 * NUMBERS), weight_map={name: file for file, names in files.items() for name in names})
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def show(done, needed):
    """A bar, where somebody looks."""
    if sys.stderr.isatty():
        width = 40 * done // needed
        end = "\n" if done == needed else ""
        print(f"\r[{'#' * width}{' ' * (40 - width)}] {done / 1e9:.1f} of {needed / 1e9:.1f} GB", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--room", type=float, default=5e9, help="how many bytes of the disk stay free")
    arguments = parser.parse_args()
    write(arguments.folder, arguments.room)
