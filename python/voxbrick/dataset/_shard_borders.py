"""Whether regions cut shards, and what is said to who writes such regions of compressed arrays."""

from __future__ import annotations

import warnings

from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.geometry.vec3_int import Vec3Int
from voxbrick.utils import caller_level


def _is_on_borders(region: NDBoundingBox, frame: NDBoundingBox, shard: Vec3Int) -> bool:
    """Whether a region cuts no shard anywhere but where the frame around it does."""
    bounds = zip(
        region.topleft_xyz,
        region.bottomright_xyz,
        frame.topleft_xyz,
        frame.bottomright_xyz,
        shard,
        strict=True,
    )
    return all(
        (begin % step == 0 or begin == first) and (end % step == 0 or end == last)
        for begin, end, first, last, step in bounds
    )


def warn_if_shards_are_cut(what: str, region: NDBoundingBox, view: NDBoundingBox, shard: Vec3Int) -> None:
    """Unless only the box of the view, or what it grows to, cuts them."""
    if not _is_on_borders(region, view.extended_by(region), shard):
        warnings.warn(
            f"[WARNING] {what} without block alignment. Shards that are cut have to be read, "
            "merged and written, and who writes to the same shard at the same time waits.",
            UserWarning,
            stacklevel=caller_level(),
        )
