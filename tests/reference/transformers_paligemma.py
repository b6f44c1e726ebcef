"""PaliGemma as the transformers library has it: how long does an answer take? Prints one line of JSON.

    transformers_paligemma.py inputs FOLDER IMAGE QUESTION FILE       # pixels and tokens, for everybody but us
    transformers_paligemma.py answer FOLDER FILE [--dtype bfloat16] [--tokens 17] [--threads N]

The answer has exactly so many tokens, whichever they are.
"""

import argparse
import json
import time

import numpy as np
import torch
from safetensors.torch import load_file, save_file


def write_inputs(arguments):
    """What our side makes of picture and question: `<image>` × 256, `<bos>`, the prompt, a line break."""
    from PIL import Image
    from tokenizers import Tokenizer

    picture = Image.open(arguments.image).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
    pixels = torch.from_numpy(np.asarray(picture).astype("float32") / 127.5 - 1).permute(2, 0, 1)  # [3, side, side]
    tokenizer = Tokenizer.from_file(f"{arguments.folder}/tokenizer.json")
    prompt = tokenizer.encode(f"answer en {arguments.question}", add_special_tokens=False).ids
    text = [tokenizer.token_to_id("<bos>"), *prompt, tokenizer.token_to_id("\n")]
    text_ids = torch.tensor([text], dtype=torch.uint32)  # [1, t]
    save_file({"pixel_values": pixels[None].contiguous(), "text_ids": text_ids}, arguments.file)


class Clock:
    """Is told of the prompt and of every token, as they come."""

    def __init__(self):
        self.times = []

    def put(self, _):
        self.times.append(time.perf_counter())

    def end(self):
        pass


def answer(arguments):
    from transformers import PaliGemmaForConditionalGeneration

    torch.set_num_threads(arguments.threads)
    started = time.perf_counter()
    model = PaliGemmaForConditionalGeneration.from_pretrained(arguments.folder, dtype=getattr(torch, arguments.dtype)).eval()
    load = time.perf_counter() - started
    inputs = load_file(arguments.file)
    image = torch.full((1, 256), model.config.image_token_id)
    ids = torch.cat([image, inputs["text_ids"].long()], 1)
    pixels = inputs["pixel_values"].to(model.dtype)

    def generate():
        clock, started = Clock(), time.perf_counter()
        written = model.generate(
            input_ids=ids,
            pixel_values=pixels,
            token_type_ids=torch.zeros_like(ids),
            attention_mask=torch.ones_like(ids),
            max_new_tokens=arguments.tokens,
            do_sample=False,
            eos_token_id=None,
            pad_token_id=0,
            streamer=clock,
        )
        # The first that the clock is told of is the prompt.
        assert len(clock.times) == arguments.tokens + 1 and written.shape[1] == ids.shape[1] + arguments.tokens
        return clock.times[1] - started, clock.times[-1] - clock.times[1], written[0, ids.shape[1] :].tolist()

    prefill, decode, written = generate()
    again_prefill, again_decode, _ = generate()
    result = dict(load_s=load, prefill_s=prefill, decode_s=decode, again_prefill_s=again_prefill, again_decode_s=again_decode)
    print(json.dumps(result | dict(read=ids.shape[1], written=arguments.tokens, text=words(arguments.folder, written))))


def words(folder, tokens):
    """As our side decodes them: locations stay, the other special tokens do not."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
    dropped = {tokenizer.token_to_id(token) for token in ("<pad>", "<eos>", "<bos>", "<image>", "\n", "<unk>")}
    return tokenizer.decode([token for token in tokens if token not in dropped], skip_special_tokens=False).strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    inputs = commands.add_parser("inputs")
    inputs.set_defaults(run=write_inputs)
    for name in ("folder", "image", "question", "file"):
        inputs.add_argument(name)
    answers = commands.add_parser("answer")
    answers.set_defaults(run=answer)
    answers.add_argument("folder")
    answers.add_argument("file")
    answers.add_argument("--dtype", choices=["bfloat16", "float32"], default="bfloat16")
    answers.add_argument("--tokens", type=int, default=17)
    answers.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
