"""Fetches the sources that `VOXBRICK_BUNDLE=ON` builds, as sources.txt lists and pins them.

usage: fetch_sources.py FOLDER

What is in the folder already is kept if its hash is right. Sources on PyPI come through pip, others through
Debian's package manager where there is one, and else from their own site. To work without network, fill the
folder once.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

SOURCES = Path(__file__).with_name("sources.txt")
DEBIAN = "deb-src http://deb.debian.org/debian bookworm main\n"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def from_pypi(requirement: str, folder: Path) -> None:
    name = requirement.partition("==")[0]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    only = "--no-binary" if not requirement.endswith("-any") else "--only-binary"
    subprocess.run([*pip, only, name, "--dest", folder, requirement.removesuffix("-any")], check=True)


def from_debian(package: str, folder: Path) -> None:
    """Only the package's original archive is used; settings and lists of the system stay as they are."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "sources.list").write_text(DEBIAN)
    options = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(f"--option={key}={value}" for key, value in options.items())]
    subprocess.run([*apt, "update"], check=True, cwd=folder)
    subprocess.run([*apt, "source", "--download-only", package], check=True, cwd=folder)


def from_site(url: str, folder: Path) -> None:
    with urllib.request.urlopen(url, timeout=60) as answer:
        (folder / url.rpartition("/")[2]).write_bytes(answer.read())


def fetch(origin: str, folder: Path) -> None:
    kind, _, what = origin.partition(":")
    if kind == "pypi":
        from_pypi(what, folder)
    elif kind == "debian":
        if shutil.which("apt-get") is None:
            raise FileNotFoundError("there is no apt-get")
        from_debian(what, folder)
    else:
        from_site(origin, folder)


def provide(target: Path, digest: str, origins: list[str]) -> None:
    """Tries one origin after the other."""
    failures = []
    for origin in origins:
        with tempfile.TemporaryDirectory() as temporary:
            try:
                fetch(origin, Path(temporary))
            except (OSError, subprocess.CalledProcessError) as error:
                failures.append(f"{origin}: {error}")
                continue
            for path in Path(temporary).iterdir():
                if path.is_file() and sha256(path) == digest:
                    shutil.move(path, target)
                    return
            failures.append(f"{origin}: no file with the SHA-256 {digest}")
    sys.exit(
        f"{target.name} could not be fetched; put it into {target.parent} yourself.\n  "
        + "\n  ".join(failures)
    )


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for line in SOURCES.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        digest, name, *origins = line.split()
        target = folder / name
        if not (target.exists() and sha256(target) == digest):
            provide(target, digest, origins)


if __name__ == "__main__":
    main()
