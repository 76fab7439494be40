"""Jobs that are sent to other processes once: what goes along with each number is only where the job lies."""

import os
import pickle
import secrets
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs

Job = Callable[[int], Any]


@attrs.frozen
class Sent:
    """A job in a file, which each process loads once."""

    path: Path
    digest: str

    def __call__(self, number: int) -> Any:
        return _loaded(self.path, self.digest)(number)


def send(job: Job, folder: Path) -> Sent:
    """Puts a job into a folder that all processes see, in the place of one that was there."""
    content = pickle.dumps(job)
    path = folder.absolute() / f"{type(job).__name__}.pickle"
    neighbour = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    neighbour.write_bytes(content)
    os.replace(neighbour, path)  # noqa: PTH105
    return Sent(path, sha256(content).hexdigest())


@lru_cache(maxsize=1)
def _loaded(path: Path, digest: str) -> Job:
    job: Job = pickle.loads(path.read_bytes())
    return job
