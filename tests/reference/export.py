"""Writes data/fixtures: tiny random SigLIP and PaliGemma checkpoints in the hub's layout, and what transformers makes of them.

    tests/reference/.venv/bin/python tests/reference/export.py [FOLDER]

Needs, beside what setup.sh installs, `pip install transformers pillow tokenizers`. The same versions write the same bytes.
Everything random comes from SEED. Widths are not square and key heads are fewer than query heads, so that a transposed
weight or heads in another order cannot go unseen.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    SiglipConfig,
    SiglipModel,
)

SEED = 7
HOME = Path(__file__).resolve().parents[2]
SIDE, PATCH = 42, 14
IMAGE_TOKENS = (SIDE // PATCH) ** 2
VOCABULARY = 1216  # like PaliGemma's 257,216: a little more than the tokenizer uses
EXAMPLES = [("caption en", "a red dog and a cat"), ("detect dog ; cat", "<loc0100><loc0200><loc0512><loc1023> dog")]
NEW_TOKENS = 8

VISION = dict(
    hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3, image_size=SIDE, patch_size=PATCH
)
TEXT = dict(
    vocab_size=VOCABULARY,
    hidden_size=28,
    intermediate_size=44,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
)
# Gemma 2: two layers of three look back over six tokens only, so that an answer loses sight of the picture; scores are
# bent by a cap that they reach, and divided by the root of a number that is not the width of a head.
VISION2 = dict(
    hidden_size=16, intermediate_size=28, num_hidden_layers=1, num_attention_heads=2, image_size=SIDE, patch_size=PATCH
)
TEXT2 = dict(
    vocab_size=VOCABULARY,
    hidden_size=20,
    intermediate_size=36,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=6,
    query_pre_attn_scalar=5,
    attn_logit_softcapping=2.0,
    final_logit_softcapping=3.0,
    sliding_window=6,
)
CAPTIONS = ["A red dog", "a Cat and a dog, left of a red dog and a cat"]
SIGLIP_TEXT = dict(
    vocab_size=50,
    max_position_embeddings=10,
    hidden_size=20,
    intermediate_size=36,
    num_hidden_layers=2,
    num_attention_heads=2,
    projection_size=24,
)


def tiny_tokenizer():
    """Byte-pair pieces as in Gemma's tokenizer (a space is `▁` and nothing is put in front), then locations, then `<image>`."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse()])
    texts = ["caption en a red dog and a cat", "detect dog ; cat", "answer en what is left of the dog? yes no 1 2 3"] * 4
    fixed = ["<pad>", "<eos>", "<bos>", "<unk>", "\n"]
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=120, special_tokens=fixed, show_progress=False, min_frequency=2)
    )
    added = [f"<loc{number:04}>" for number in range(1024)] + ["<image>"]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in added])
    return tokenizer


def randomise(model, generator):
    """Every parameter in the size at which all parts matter: matrices keep the size of what passes, norms are near one."""
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        if "logit" in name:
            value = noise * 0.1 + (1.5 if "scale" in name else -2.0)
        elif parameter.dim() >= 2:
            value = noise / math.sqrt(parameter[0].numel())
        elif name.endswith("bias"):
            value = noise * 0.1
        else:
            gemma = "language_model" in name  # whose norms stretch by 1 + w
            value = noise * 0.1 + (0.0 if gemma else 1.0)
        parameter.data.copy_(value)


def batch(tokenizer, pad=0, eos=1, bos=2):
    """Rows `<image>×n <bos> prompt \\n answer <eos>`, padded on the right."""
    image, newline = tokenizer.token_to_id("<image>"), tokenizer.token_to_id("\n")
    encode = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    rows, prefixes = [], []
    for prompt, answer in EXAMPLES:
        prefix = [image] * IMAGE_TOKENS + [bos] + encode(prompt) + [newline]
        prefixes.append(len(prefix))
        rows.append(prefix + encode(answer) + [eos])
    width = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows])
    lengths = torch.tensor([len(row) for row in rows])
    column = torch.arange(width)[None]
    prefix_lengths = torch.tensor(prefixes)
    is_suffix = (column >= prefix_lengths[:, None]) & (column < lengths[:, None])
    return dict(
        ids=ids,
        prefix_lengths=prefix_lengths,
        lengths=lengths,
        attention_mask=(column < lengths[:, None]).long(),
        token_type_ids=(column >= prefix_lengths[:, None]).long(),
        labels=torch.where(is_suffix, ids, torch.full_like(ids, -100)),
    )


def watched(modules):
    """Hooks that keep what each named module returns."""
    seen = {}
    for name, module in modules.items():

        def keep(_, __, output, name=name):
            seen[name] = (output[0] if isinstance(output, tuple) else output).detach().clone()

        module.register_forward_hook(keep)
    return seen


def greedy(model, pixels, prefix):
    """The whole sequence anew for every token, prefix marked 0 and answer 1; transformers' own `generate` must agree."""
    ids = prefix[None]
    kinds = torch.zeros_like(ids)
    for _ in range(NEW_TOKENS):
        with torch.no_grad():
            logits = model(
                input_ids=ids, pixel_values=pixels, token_type_ids=kinds, attention_mask=torch.ones_like(ids)
            ).logits
        ids = torch.cat([ids, logits[:, -1].argmax(-1, keepdim=True)], 1)
        kinds = torch.cat([kinds, torch.ones_like(kinds[:, :1])], 1)
    written = ids[0, len(prefix) :]
    kinds = torch.zeros_like(prefix[None])
    own = model.generate(
        input_ids=prefix[None],
        pixel_values=pixels,
        token_type_ids=kinds,
        attention_mask=torch.ones_like(prefix[None]),
        max_new_tokens=NEW_TOKENS,
        do_sample=False,
        eos_token_id=None,
        pad_token_id=0,
    )[0, len(prefix) :]
    assert torch.equal(written, own), f"generate() writes {own.tolist()}, step by step {written.tolist()}"
    return written


def hub_spelling(name):
    """Today's names to those of the published files."""
    name = name.removeprefix("model.")
    if name.startswith("vision_tower.") and not name.startswith("vision_tower.vision_model."):
        name = name.replace("vision_tower.", "vision_tower.vision_model.", 1)
    if name.startswith("language_model.") and not name.startswith("language_model.model."):
        name = name.replace("language_model.", "language_model.model.", 1)
    return name


def save(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    convert = lambda t: (t.to(torch.uint32) if t.dtype == torch.int64 else t).detach().contiguous().clone()
    save_file({name: convert(tensor) for name, tensor in sorted(tensors.items())}, path, metadata={"format": "pt"})


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def preprocessor():
    return dict(
        do_normalize=True,
        do_rescale=True,
        do_resize=True,
        image_mean=[0.5] * 3,
        image_processor_type="SiglipImageProcessor",
        image_seq_length=IMAGE_TOKENS,
        image_std=[0.5] * 3,
        processor_class="PaliGemmaProcessor",
        resample=3,
        rescale_factor=1 / 255,
        size=dict(height=SIDE, width=SIDE),
    )


def preprocessor_of_siglip():
    """SigLIP 2's pictures are squashed with the bilinear filter, 2."""
    left_out = ["image_seq_length", "processor_class"]
    shared = {name: value for name, value in preprocessor().items() if name not in left_out}
    return dict(shared, processor_class="SiglipProcessor", resample=2)


def paligemma(out):
    tokenizer = tiny_tokenizer()
    image = tokenizer.token_to_id("<image>")
    config = PaliGemmaConfig(
        vision_config=dict(
            VISION, model_type="siglip_vision_model", vision_use_head=False, projection_dim=TEXT["hidden_size"]
        ),
        text_config=dict(TEXT, model_type="gemma", hidden_activation="gelu_pytorch_tanh"),
        image_token_id=image,
        projection_dim=TEXT["hidden_size"],
        hidden_size=TEXT["hidden_size"],
    )
    config._attn_implementation = "eager"
    model = PaliGemmaForConditionalGeneration(config).eval()
    model.tie_weights()
    generator = torch.Generator().manual_seed(SEED)
    randomise(model, generator)
    inputs = batch(tokenizer)
    pixels = torch.rand((len(EXAMPLES), 3, SIDE, SIDE), generator=generator) * 2 - 1

    # As published: config.json says only what differs from the defaults of its day, one file, f32.
    folder = out / "paligemma"
    published_text = dict(
        {key: value for key, value in TEXT.items()}, model_type="gemma", num_image_tokens=IMAGE_TOKENS, torch_dtype="float32"
    )
    write_json(
        folder / "config.json",
        dict(
            architectures=["PaliGemmaForConditionalGeneration"],
            bos_token_id=2,
            eos_token_id=1,
            hidden_size=TEXT["hidden_size"],
            ignore_index=-100,
            image_token_index=image,
            model_type="paligemma",
            pad_token_id=0,
            projection_dim=TEXT["hidden_size"],
            text_config=published_text,
            torch_dtype="float32",
            vision_config=dict(
                VISION,
                model_type="siglip_vision_model",
                num_image_tokens=IMAGE_TOKENS,
                projection_dim=TEXT["hidden_size"],
                projector_hidden_act="gelu_fast",
                vision_use_head=False,
            ),
        ),
    )
    write_json(folder / "preprocessor_config.json", preprocessor())
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False))
    weights = {hub_spelling(name): value for name, value in model.state_dict().items() if name != "lm_head.weight"}
    save(folder / "model.safetensors", weights)
    expected = run_paligemma(model, inputs, pixels, with_gradients=True)
    save(out / "expected" / "paligemma.safetensors", thinned(expected))

    # As transformers saves it today: bf16, in shards, with its own names and every field of the configuration.
    folder = out / "paligemma-bf16"
    small = PaliGemmaForConditionalGeneration(config).eval()
    small.load_state_dict(model.state_dict())
    small = small.to(torch.bfloat16)
    small.save_pretrained(folder, max_shard_size="60KB", save_original_format=False)
    (folder / "generation_config.json").unlink(missing_ok=True)
    for path in folder.iterdir():
        path.chmod(0o644)
    write_json(folder / "preprocessor_config.json", preprocessor())
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False))
    # Stored small, computed in f32: what our modules do on a CPU. Read anew, because `small` has rounded its √d, too.
    wide = PaliGemmaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    expected = run_paligemma(wide, inputs, pixels, with_gradients=False)
    keep = ["image_features", "answer_logits", "greedy.0", "greedy.1"]
    expected = dict(expected, answer_logits=answer_logits(expected))
    save(out / "expected" / "paligemma-bf16.safetensors", {name: expected[name] for name in keep})
    return tokenizer, inputs, pixels


def paligemma2(out, tokenizer, inputs, pixels):
    """The same two examples for a PaliGemma whose decoder is a Gemma 2; stored in half precision, computed in f32."""
    image = tokenizer.token_to_id("<image>")
    width = TEXT2["hidden_size"]
    vision = dict(VISION2, model_type="siglip_vision_model", vision_use_head=False, projection_dim=width)
    text = dict(TEXT2, model_type="gemma2", hidden_activation="gelu_pytorch_tanh")
    config = PaliGemmaConfig(
        vision_config=vision, text_config=text, image_token_id=image, projection_dim=width, hidden_size=width
    )
    config._attn_implementation = "eager"
    model = PaliGemmaForConditionalGeneration(config).eval()
    model.tie_weights()
    randomise(model, torch.Generator().manual_seed(SEED + 1))
    for parameter in model.parameters():
        parameter.data.copy_(parameter.data.bfloat16().float())

    # As published for PaliGemma 2: what equals a default of Gemma 2 is left out.
    folder = out / "paligemma2"
    write_json(
        folder / "config.json",
        dict(
            architectures=["PaliGemmaForConditionalGeneration"],
            bos_token_id=2,
            eos_token_id=1,
            hidden_size=width,
            image_token_index=image,
            model_type="paligemma",
            pad_token_id=0,
            projection_dim=width,
            text_config=dict(TEXT2, model_type="gemma2", num_image_tokens=IMAGE_TOKENS, torch_dtype="bfloat16"),
            torch_dtype="bfloat16",
            vision_config=dict(vision, num_image_tokens=IMAGE_TOKENS, num_positions=IMAGE_TOKENS),
        ),
    )
    write_json(folder / "preprocessor_config.json", preprocessor())
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False))
    weights = {hub_spelling(name): value for name, value in model.state_dict().items() if name != "lm_head.weight"}
    save(folder / "model.safetensors", {name: value.bfloat16() for name, value in weights.items()})
    expected = run_paligemma(model, inputs, pixels, with_gradients=True)
    expected["answer_logits"] = answer_logits(expected)
    skip = ["pixel_values", "ids", "prefix_lengths", "lengths", "logits"]  # inputs are those of `paligemma`
    expected = {name: value for name, value in expected.items() if name not in skip}
    save(out / "expected" / "paligemma2.safetensors", thinned(expected))


def answer_logits(expected):
    """Row by row, the logits of the positions that predict the answer."""
    spans = zip(expected["logits"], expected["prefix_lengths"].tolist(), expected["lengths"].tolist())
    return torch.cat([row[prefix - 1 : length - 1] for row, prefix, length in spans])


def thinned(expected):
    """Every eighth row of the embedding table's gradient: the whole of it would be a third of the file."""
    table = "gradient.language_model.model.embed_tokens.weight"
    return dict(expected, **{table: expected[table][::8]})


def run_paligemma(model, inputs, pixels, with_gradients):
    core = model.model
    vision = getattr(core.vision_tower, "vision_model", core.vision_tower)
    modules = {"vision.embeddings": vision.embeddings, "vision.output": vision.post_layernorm}
    modules |= {f"vision.layers.{n}": layer for n, layer in enumerate(vision.encoder.layers)}
    modules |= {"image_features": core.multi_modal_projector, "decoder.norm": core.language_model.norm}
    modules |= {f"decoder.layers.{n}": layer for n, layer in enumerate(core.language_model.layers)}
    seen = watched(modules)
    model.zero_grad()
    result = model(
        input_ids=inputs["ids"],
        pixel_values=pixels,
        attention_mask=inputs["attention_mask"],
        token_type_ids=inputs["token_type_ids"],
        labels=inputs["labels"],
    )
    expected = dict(seen)
    expected |= {"pixel_values": pixels, "logits": result.logits, "loss": result.loss.reshape(1)}
    expected |= {name: inputs[name] for name in ["ids", "prefix_lengths", "lengths"]}
    if with_gradients:
        result.loss.backward()
        for name, parameter in model.named_parameters():
            if name != "lm_head.weight":
                expected[f"gradient.{hub_spelling(name)}"] = parameter.grad
    for row, length in enumerate(inputs["prefix_lengths"].tolist()):
        expected[f"greedy.{row}"] = greedy(model, pixels[row : row + 1], inputs["ids"][row, :length])
    return expected


def tiny_caption_tokenizer():
    """Pieces as in Gemma's tokenizer, without lower-casing and without an end: SigLIP 2's file has neither."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse()])
    fixed = ["<pad>", "<eos>", "<bos>", "<unk>"]
    trainer = trainers.BpeTrainer(vocab_size=SIGLIP_TEXT["vocab_size"], special_tokens=fixed, show_progress=False)
    tokenizer.train_from_iterator([text.lower() for text in CAPTIONS] * 4, trainer)
    return tokenizer


def caption_row(tokenizer, text, pad=0, eos=1):
    """`lower|tok(length, bos="no", eos="sticky")` of big_vision: the end stays when a text is cut off."""
    length = SIGLIP_TEXT["max_position_embeddings"]
    ids = tokenizer.encode(text.lower(), add_special_tokens=False).ids[: length - 1] + [eos]
    return ids + [pad] * (length - len(ids))


def siglip(out):
    config = SiglipConfig(vision_config=dict(VISION), text_config=dict(SIGLIP_TEXT))
    model = SiglipModel(config).eval()
    generator = torch.Generator().manual_seed(SEED)
    randomise(model, generator)
    folder = out / "siglip"
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    write_json(folder / "preprocessor_config.json", preprocessor_of_siglip())
    tokenizer = tiny_caption_tokenizer()
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False))
    model = SiglipModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    pixels = torch.rand((3, 3, SIDE, SIDE), generator=generator) * 2 - 1
    ids = torch.tensor([caption_row(tokenizer, text) for text in CAPTIONS])
    with torch.no_grad():
        result = model(input_ids=ids, pixel_values=pixels)
    expected = dict(
        pixel_values=pixels,
        ids=ids,
        pictures=result.image_embeds,
        captions=result.text_embeds,
        logits=result.logits_per_image,
        probabilities=torch.sigmoid(result.logits_per_image),
        patch_tokens=result.vision_model_output.last_hidden_state,
    )
    save(out / "expected" / "siglip.safetensors", expected)


def picture(out):
    """A piece of a bundled sheet, wider than high, and what the Python imaging library makes of it when it squashes it."""
    sheet = Image.open(HOME / "data/emoji/noto.png").convert("RGBA").crop((0, 64, 192, 192))
    ground = Image.new("RGBA", sheet.size, (200, 190, 170, 255))
    image = Image.alpha_composite(ground, sheet).convert("RGB")
    out.mkdir(parents=True, exist_ok=True)
    image.save(out / "picture.png", optimize=True)
    image.resize((SIDE, SIDE), Image.BILINEAR).save(out / "expected" / f"picture-{SIDE}-bilinear.png", optimize=True)
    for side in [SIDE, 224]:
        image.resize((side, side), Image.BICUBIC).save(out / "expected" / f"picture-{side}.png", optimize=True)


def numbers(array, shape):
    """Numbers that the test computes, too, from their places: those of `tests/parity/tests/mask_decoder.rs`."""
    with np.errstate(over="ignore"):
        mixed = np.arange(math.prod(shape), dtype=np.uint32) + np.uint32(array) * np.uint32(0x9E3779B9)
        mixed = (mixed ^ (mixed >> np.uint32(16))) * np.uint32(0x7FEB352D)
        mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x846CA68B)
        mixed = mixed ^ (mixed >> np.uint32(16))
    share = (mixed >> np.uint32(8)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)
    inputs = math.prod(shape[1:]) if len(shape) == 4 else 4
    return torch.from_numpy(share * np.float32(5 / math.sqrt(inputs))).reshape(shape)


class ResidualBlock(torch.nn.Module):
    def __init__(self, features):
        super().__init__()
        convolution = lambda side: torch.nn.Conv2d(features, features, side, padding=side // 2)
        self.net = torch.nn.Sequential(
            convolution(3), torch.nn.ReLU(), convolution(3), torch.nn.ReLU(), convolution(1)
        )

    def forward(self, x):
        return x + self.net(x)


def mask_decoder(out):
    """The decoder behind `<seg000>` … `<seg127>`, module by module as its published file names them."""
    double = lambda before, after: torch.nn.ConvTranspose2d(before, after, 4, stride=2, padding=1)
    decoder = torch.nn.Sequential(
        torch.nn.Conv2d(512, 128, 1), torch.nn.ReLU(),
        ResidualBlock(128), ResidualBlock(128),
        double(128, 128), torch.nn.ReLU(), double(128, 64), torch.nn.ReLU(),
        double(64, 32), torch.nn.ReLU(), double(32, 16), torch.nn.ReLU(),
        torch.nn.Conv2d(16, 1, 1),
    )  # fmt: skip
    code_book = numbers(0, (128, 512))
    for array, (_, parameter) in enumerate(decoder.named_parameters(), start=1):
        parameter.data.copy_(numbers(array, tuple(parameter.shape)))
    codes = torch.tensor([[37 * (16 * row + index) % 128 for index in range(16)] for row in range(2)])
    grid = code_book[codes].reshape(2, 4, 4, 512).permute(0, 3, 1, 2)
    with torch.no_grad():
        masks = decoder(grid)[:, 0]
    print("masks from", masks.min().item(), "to", masks.max().item())
    save_file(
        dict(first=masks[0].contiguous(), second=masks[1, ::4, ::4].contiguous()),
        out / "expected/mask-decoder.safetensors",
    )


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME / "data/fixtures"
    torch.set_num_threads(1)
    paligemma2(out, *paligemma(out))
    siglip(out)
    picture(out)
    mask_decoder(out)
    for path in sorted(out.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:9} {path.relative_to(out)}")


main()
