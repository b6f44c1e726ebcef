#!/usr/bin/env bash
# Makes the Python environment that bench.py runs in: PyTorch for the CPU, and safetensors.
#
# Usage: tests/reference/setup.sh [FOLDER]        (default: tests/reference/.venv)
#
# PyPI's torch for Linux is linked to CUDA libraries of some gigabytes, which a CPU never calls. Elsewhere, and wherever an
# index with CPU wheels is at hand, plain `pip install torch safetensors numpy` into an environment of your own does, too;
# tell `compare` about it with --python. Needs python3 with venv and, on Linux, a C compiler and binutils.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/.venv}
python3 -m venv "$folder"
pip="$folder/bin/pip"
if [ "$(uname)" = Linux ]; then
  "$pip" install --quiet --no-deps torch==2.15.0 nvidia-cuda-runtime==13.2.86
  "$pip" install --quiet 'setuptools>=77' filelock fsspec sympy networkx jinja2 typing_extensions numpy safetensors
  "$folder/bin/python" "$here/stub_cuda.py"
else
  "$pip" install --quiet 'torch==2.15.0' numpy safetensors
fi
"$folder/bin/python" -c 'import torch, safetensors; print("torch", torch.__version__, "is ready")'
