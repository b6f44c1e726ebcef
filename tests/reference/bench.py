"""One piece of work in PyTorch, measured in a process of its own: prints a line of JSON.

    bench.py WORK FILE [--compile] [--threads N] [--seconds S] [--repetitions N] [--warm-up N]

WORK is siglip, vlm or attention; FILE holds its weights and batch, written by our side (`speed export WORK FILE`). The same
numbers are measured in the same way as in tests/speed/src/measure.rs.
"""

import argparse
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from models import Siglip, Vlm


def training_step(model, inputs, compiled):
    """Loss, gradients, clipping, AdamW, as `speed` takes the step."""
    matrices = [p for p in model.parameters() if p.ndim >= 2 and p.numel() > 1]
    others = [p for p in model.parameters() if p.ndim < 2 and p.numel() > 1]
    numbers = [p for p in model.parameters() if p.numel() == 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": 0.01},
            {"params": others, "weight_decay": 0.0},
            {"params": numbers, "weight_decay": 0.0, "lr": 1e-2},
        ],
        lr=1e-3, betas=(0.9, 0.95), eps=1e-8, fused=True,
    )  # fmt: skip
    loss_of = torch.compile(model) if compiled else model

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(*inputs)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def load_model(kind, tensors):
    params = {name.removeprefix("params."): tensor for name, tensor in tensors.items() if name.startswith("params.")}
    model = kind({name: tuple(tensor.shape) for name, tensor in params.items()}, int(tensors["heads"][0]))
    model.load_state_dict(params, strict=True)
    return model


def prefix_mask(prefix_lengths, t):
    """Everybody sees the prefix; an answer's token sees what stands before it. [b, 1, t, t]"""
    position = torch.arange(t)
    return (position[None, None, :] < prefix_lengths[:, None, None]).logical_or(position[None, None, :] <= position[None, :, None])[:, None]


def siglip(tensors, compiled):
    return training_step(load_model(Siglip, tensors), (tensors["pixels"], tensors["ids"]), compiled)


def vlm(tensors, compiled):
    allowed = prefix_mask(tensors["prefix_lengths"], tensors["ids"].shape[1])
    inputs = (tensors["pixels"], tensors["ids"], allowed, tensors["predicting"], tensors["targets"], tensors["weights"])
    return training_step(load_model(Vlm, tensors), inputs, compiled)


def attention(tensors, compiled):
    query, key, value = (tensors[name].transpose(1, 2).requires_grad_() for name in ("query", "key", "value"))
    attend = torch.compile(F.scaled_dot_product_attention) if compiled else F.scaled_dot_product_attention

    def step():
        query.grad = key.grad = value.grad = None
        total = attend(query, key, value).sum()
        total.backward()
        return total.item()

    return step


def measure(step, arguments):
    before = resident()
    first_value, second_value = step(), step()
    for _ in range(2, arguments.warm_up):
        step()
    times, start = [], time.perf_counter()
    while len(times) < arguments.repetitions or time.perf_counter() - start < arguments.seconds:
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return {
        "seconds": statistics.median(times),
        "fastest": min(times),
        "repetitions": len(times),
        "first_value": first_value,
        "second_value": second_value,
        "resident_before": before,
        "peak_resident": peak_resident(),
    }


def resident():
    """Bytes of this process in memory; None where the system does not say."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
    except FileNotFoundError:
        return None


def peak_resident():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["siglip", "vlm", "attention"])
    parser.add_argument("file")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    step = {"siglip": siglip, "vlm": vlm, "attention": attention}[arguments.work](load_file(arguments.file), arguments.compile)
    print(json.dumps(measure(step, arguments) | {"threads": torch.get_num_threads(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
