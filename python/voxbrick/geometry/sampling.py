"""Which mags a pyramid has, by sampling mode: pure functions, made before any voxel is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from math import ceil, log2

from voxbrick.errors import InvalidArgumentError, MisalignedError, Remedy, SamplingSchemeError, remedied
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox


class SamplingModes(Enum):
    """How the mags of a pyramid follow each other."""

    ANISOTROPIC = "anisotropic"
    """The axes that bring the extents of a voxel closest to each other."""
    ISOTROPIC = "isotropic"
    """All axes."""
    CONSTANT_Z = "constant_z"
    """x and y."""

    @classmethod
    def parse(cls, mode: str | SamplingModes) -> SamplingModes:
        """Of its name, in any case."""
        if isinstance(mode, SamplingModes):
            return mode
        names = [known.value for known in cls]
        if not isinstance(mode, str) or mode.lower() not in names:
            raise InvalidArgumentError(f"sampling_mode is one of {names}, got {mode!r}")
        return cls(mode.lower())


VoxelExtents = tuple[float, float, float]


def default_coarsest_mag(box: NDBoundingBox) -> Mag:
    """The one in which a slice is about 100 voxels wide, but at least 4."""
    width = max(box.size_xyz.x, box.size_xyz.y)
    return Mag(max(2 ** ceil(log2(max(width, 1) / 100)), 4))


def following_mags(mag: Mag, coarsest: Mag, mode: SamplingModes, voxel: VoxelExtents) -> Iterator[Mag]:
    """The mags after one, each with twice the largest factor of the one before.

    The finest axis of a voxel has it; anisotropic mags make the others as long as that, as far as they can.
    """
    while mag.max_dim < coarsest.max_dim:
        mag = _next_mag(mag, mode, voxel)
        yield mag


def _next_mag(mag: Mag, mode: SamplingModes, voxel: VoxelExtents) -> Mag:
    if mode is SamplingModes.ISOTROPIC:
        return mag * 2
    if mode is SamplingModes.CONSTANT_Z:
        return Mag(mag.to_vec3_int() * (2, 2, 1))
    largest = 2 * mag.max_dim
    edge = largest * min(voxel)
    factors = (_closest_factor(edge / extent) for extent in voxel)
    return Mag([min(max(*pair), largest) for pair in zip(mag, factors, strict=True)])


def _closest_factor(ratio: float) -> int:
    """The power of two that comes closest to a cube of that ratio to a voxel; of two, the smaller."""
    return int(2 ** max(ceil(round(log2(ratio) - 0.5, 9)), 0))


def aligned(mags: Iterable[Mag], others: Iterable[Mag]) -> list[Mag]:
    """The mags, but where others have one with the same largest factor, that one.

    Raises:
        SamplingSchemeError: the others do not agree.
    """
    known: dict[int, Mag] = {}
    for other in others:
        if known.setdefault(other.max_dim, other) != other:
            both = f"{known[other.max_dim]!r} and {other!r}"
            message = f"other layers have both {both}, so there is no mag to align with"
            raise remedied(SamplingSchemeError, message, Remedy.ALIGN_WITH_NONE)
    return [known.get(mag.max_dim, mag) for mag in mags]


def conflicts(mags: Iterable[Mag], present: Iterable[Mag]) -> list[tuple[Mag, Mag]]:
    """Mags that are different from one that is present, and as coarse."""
    has = list(present)
    return [(mag, other) for mag in mags for other in has if mag.max_dim == other.max_dim and mag != other]


def with_sources(from_mag: Mag, mags: Iterable[Mag]) -> list[tuple[Mag, Mag]]:
    """Each mag after the coarsest one before it of which its voxels are whole cells."""
    before, pairs = [from_mag], []
    for mag in mags:
        sources = [source for source in before if not any(mag.to_vec3_int() % source)]
        if not sources:
            raise MisalignedError(f"the voxels of {mag!r} are not made of whole voxels of {from_mag!r}")
        pairs.append((sources[-1], mag))
        before.append(mag)
    return pairs


def finer_mags(from_mag: Mag, finest: Mag, mode: SamplingModes, voxel: VoxelExtents) -> list[Mag]:
    """The mags from one on down to the finest; each is made of whole voxels of the next."""
    coarser = [finest, *following_mags(finest, from_mag, mode, voxel)]
    finer = [mag for mag in reversed(coarser) if mag.max_dim < from_mag.max_dim]
    return [Mag(mag.to_vec3_int().pairmin(from_mag.to_vec3_int())) for mag in finer]
