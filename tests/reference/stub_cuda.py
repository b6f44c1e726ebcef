"""Puts do-nothing stand-ins in the place of the CUDA libraries that PyPI's torch for Linux is linked to.

    python stub_cuda.py        # with the environment's own python, after `pip install --no-deps torch nvidia-cuda-runtime`

The dynamic linker wants every library that torch names, and every symbol in it, before `import torch` succeeds; a program
that stays on the CPU calls none of them. So each missing library becomes a small shared object whose functions all answer
"no device". libcudart is the real one (2 MB), copied beside torch. Needs gcc, nm and readelf.
"""

import glob
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile

# Which symbols belong to which library, where no version tag says so.
PREFIXES = {
    "libcublasLt": "cublasLt", "libcublas.": "cublas", "libcudart": "cuda|__cuda", "libcudnn": "cudnn", "libcufft": "cufft",
    "libcusparseLt": "cusparseLt", "libcusparse.": "cusparse(?!Lt)", "libcusolver": "cusolver", "libcufile": "cuFile",
    "libnccl": "nccl|pnccl", "libnvrtc": "nvrtc", "libnvshmem": "nvshmem", "libcupti": "cupti", "libnvJitLink": "nvJitLink",
}
NO_DEVICE = 100  # cudaErrorNoDevice; in all of these interfaces anything but zero means failure


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def missing_libraries(libraries):
    """Names that torch's libraries ask for and that are not there."""
    present = {os.path.basename(library) for library in libraries} | {"libcuda.so.1", "libcudart.so.13"}
    wanted = set()
    for library in libraries:
        wanted |= set(re.findall(r"NEEDED.*\[(.+?)\]", output_of("readelf", "-d", library)))
    return {name for name in wanted - present if re.match(r"lib(cu|nv|nccl)", name)}


def version_tags(libraries, missing):
    """The version tags that each missing library must define."""
    tags = {name: set() for name in missing}
    for library in libraries:
        file = None
        for line in output_of("readelf", "-V", library).splitlines():
            if found := re.search(r"File: (\S+)", line):
                file = found.group(1)
            if (found := re.search(r"Name: (\S+)", line)) and file in tags:
                tags[file].add(found.group(1))
    return tags


def undefined_symbols(libraries):
    """Symbols that are used and nowhere defined, with the version tags under which they are used."""
    used, defined = {}, set()
    for library in libraries:
        for line in output_of("nm", "-D", library).splitlines():
            if found := re.match(r"^\s*[0-9a-f]*\s+(\w)\s+(\S+)$", line):
                symbol, _, tag = found.group(2).partition("@")
                if found.group(1) in "Uw":
                    used.setdefault(symbol, set()).add(tag.strip("@"))
                else:
                    defined.add(symbol)
    return {symbol: tags for symbol, tags in used.items() if symbol not in defined}


def belongs(symbol, tags, library, library_tags):
    if any(tags):
        return any(tag in library_tags for tag in tags)
    return any(library.startswith(name) and re.match(pattern, symbol) for name, pattern in PREFIXES.items())


def build(folder, library, symbols, tags):
    with tempfile.TemporaryDirectory() as scratch:
        source, versions = os.path.join(scratch, "stub.c"), os.path.join(scratch, "stub.map")
        with open(source, "w") as file:
            file.writelines(f"long {symbol}(void){{return {NO_DEVICE};}}\n" for symbol in symbols)
        command = ["gcc", "-w", "-shared", "-fPIC", f"-Wl,-soname,{library}", "-o", os.path.join(folder, library), source]
        if tags:
            with open(versions, "w") as file:
                # The first tag takes all symbols; the others only have to exist.
                file.writelines(f"{tag} {{ {'global: *;' if i == 0 else ''} }};\n" for i, tag in enumerate(tags))
            command.insert(1, f"-Wl,--version-script={versions}")
        subprocess.run(command, check=True)


def main():
    folder = os.path.join(sysconfig.get_paths()["purelib"], "torch", "lib")
    for runtime in glob.glob(os.path.join(folder, "../../nvidia/*/lib/libcudart.so.*")):
        shutil.copy(runtime, folder)
    stubs = re.compile(r"lib(cu[^d]\w+|cudnn|nv\w+|nccl)\.so")
    libraries = [os.path.join(folder, name) for name in os.listdir(folder) if re.search(r"\.so(\.|$)", name) and not stubs.match(name)]
    missing = missing_libraries(libraries)
    tags = version_tags(libraries, missing)
    symbols = undefined_symbols(libraries)
    for library in sorted(missing):
        own = {symbol for symbol, used in symbols.items() if belongs(symbol, used, library, tags[library])}
        for symbol in own:
            del symbols[symbol]
        build(folder, library, sorted(own), sorted(tags[library]))
        print(f"{library}: {len(own)} stand-ins")


if __name__ == "__main__":
    main()
