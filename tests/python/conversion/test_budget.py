"""The pieces in which mags are made of mags: whole chunks, and as large as memory allows."""

from __future__ import annotations

from typing import Any

import pytest

from voxbrick import InvalidArgumentError
from voxbrick.conversion.budget import Needs, piece_shape, pieces_of
from voxbrick.geometry import Vec3Int


@pytest.mark.parametrize(
    ("shard", "voxels", "piece"),
    [
        ((1024, 1024, 1024), 2**40, (1024, 1024, 1024)),
        ((1024, 1024, 1024), 2**28, (1024, 1024, 256)),
        ((1024, 1024, 1024), 2**24, (1024, 512, 32)),
        ((1024, 1024, 1024), 1, (32, 32, 32)),
        ((96, 32, 64), 2**16, (64, 32, 32)),
    ],
)
def test_pieces_are_whole_chunks(shard: Any, voxels: int, piece: Any) -> None:
    assert piece_shape(Vec3Int(32, 32, 32), Vec3Int(shard), voxels) == piece


def test_parts_of_a_chunk_bound_the_memory() -> None:
    """A chunk made of 2 GiB is made of parts that are whole chunks of the source, or of parts of these."""
    chunk, factors = Vec3Int(32, 32, 32), Vec3Int(64, 64, 16)
    needs = Needs(nbytes=1, factors=factors, source_chunk=chunk, decoding=0)
    for memory, part in (
        (2**32, (32, 32, 32)),
        (2**28, (32, 32, 3)),
        (2**24, (32, 7, 1)),
        (2**18, (2, 1, 1)),
    ):
        pieces = pieces_of(chunk, Vec3Int(128, 128, 128), needs, memory)
        assert pieces.memory <= memory
        assert pieces.part.prod() * factors.prod() <= memory
        assert 2 * pieces.part.prod() >= Vec3Int(part).prod()
    with pytest.raises(InvalidArgumentError, match="allow more memory than 65536 bytes"):
        pieces_of(chunk, chunk, needs, 2**16)
