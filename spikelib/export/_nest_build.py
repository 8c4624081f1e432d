"""Build the neuron model `spikelib_lif` for NEST. Needs NESTML and a C++ compiler.

    python build_spikelib_lif.py

makes ``spikelib_module.so`` beside this file from ``spikelib_lif.nestml``. NESTML writes the C++;
where NEST's own ``nest-config`` knows its paths (conda, Linux distributions), NESTML compiles it
too. The wheel of NEST from PyPI names the paths of the machine that it was built on, so that
the C++ has to be compiled by hand, which is done here: against the wheel's headers and its older
string type, with Boost's headers (``pip install cmeel-boost``, or a system's own).
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

MODULE = "spikelib_module"


def build(folder):
    """Make the module in `folder`; return its path without the suffix, for nest.Install."""
    folder = Path(folder).resolve()
    made = folder / MODULE
    if made.with_suffix(".so").exists():
        return str(made)
    from pynestml.exceptions.invalid_path_exception import InvalidPathException
    from pynestml.frontend.pynestml_frontend import generate_target

    source = folder / "spikelib_lif_cpp"
    scripts = sysconfig.get_path("scripts")
    os.environ["PATH"] = f"{scripts}{os.pathsep}{os.environ['PATH']}"  # where nest-config is
    try:
        generate_target(
            input_path=str(folder / "spikelib_lif.nestml"), target_path=str(source),
            install_path=str(folder), target_platform="NEST", module_name=MODULE,
            logging_level="ERROR",
        )
        built = made.with_suffix(".so").exists()
    except InvalidPathException:
        built = False
    if not built:
        compile_by_hand(source, made.with_suffix(".so"))
    return str(made)


def compile_by_hand(source, target):
    """Compile what NESTML wrote against the headers of the wheel."""
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("c++")
    if compiler is None:
        raise RuntimeError("expected a C++ compiler (g++, or the one that CXX names), got none")
    headers = Path(importlib.util.find_spec("nest").origin).parent / "include" / "nest"
    boost = Path(sysconfig.get_path("purelib")) / "cmeel.prefix" / "include"
    includes = [headers, source, *([boost] if boost.is_dir() else [])]
    if not has_header(compiler, "ltdl.h"):
        # One pointer type is all that NEST's headers use of libltdl.
        stand_in = source / "stand_in"
        stand_in.mkdir(exist_ok=True)
        (stand_in / "ltdl.h").write_text("typedef struct lt__handle* lt_dlhandle;\n")
        includes.append(stand_in)
    command = [
        compiler, "-shared", "-fPIC", "-O2", "-ffp-contract=off", "-std=c++20", "-fopenmp",
        "-D_GLIBCXX_USE_CXX11_ABI=0", "-DHAVE_CONFIG_H", *(f"-I{path}" for path in includes),
        *map(str, sorted(source.glob("*.cpp"))), "-o", str(target),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-3000:]}")


def has_header(compiler, name):
    """Whether the compiler finds a header by itself."""
    done = subprocess.run(
        [compiler, "-E", "-x", "c++", "-"], input=f"#include <{name}>\n", text=True,
        capture_output=True,
    )
    return done.returncode == 0


if __name__ == "__main__":
    print(build(Path(__file__).parent), file=sys.stderr)
