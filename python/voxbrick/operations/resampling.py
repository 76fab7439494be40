"""Adding mags that are made of other mags: which ones, and then their voxels."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import pairwise
from typing import Any

import attr

from voxbrick._support import caller_level
from voxbrick.errors import (
    InvalidArgumentError,
    NameTakenError,
    Remedy,
    SamplingSchemeError,
    UnknownInterpolationError,
    UnsupportedError,
    remedied,
)
from voxbrick.files.checkpoint import Checkpoint
from voxbrick.files.space import check_space
from voxbrick.files.staging import clear_up_after
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.sampling import (
    SamplingModes,
    aligned,
    conflicts,
    default_coarsest_mag,
    finer_mags,
    following_mags,
    with_sources,
)
from voxbrick.metadata.ome_writing import check_group_metadata
from voxbrick.metadata.types import COLOR_CATEGORY, LayerCategoryType
from voxbrick.operations import mags as _mags
from voxbrick.operations import pyramid
from voxbrick.operations.chunks import How
from voxbrick.operations.groups import update_groups
from voxbrick.operations.handles import DatasetHandle, LayerHandle, MagHandle, ViewHandle
from voxbrick.operations.staged_mags import Fill, StagedMag
from voxbrick.volume.layout import Layout


@attr.frozen
class Making:
    """How mags are made of mags."""

    asked: Layout
    how: How
    allow_overwrite: bool = False
    only_setup: bool = False
    resume: bool = False
    """Goes on where an earlier run was interrupted, and keeps what is done if this one is."""
    memory: int | None = None
    """Bytes that all workers together may take."""


@attr.frozen
class Scheme:
    """How the mags are chosen."""

    mode: SamplingModes
    align_with: bool | DatasetHandle
    force: bool = False


def downsample(
    layer: LayerHandle, from_mag: Mag, mags: Sequence[Mag], interpolation_mode: str, making: Making
) -> None:
    """Makes mags, each of the coarsest one before it of which it is made of whole voxels."""
    kernel = kernel_of(interpolation_mode, layer.category)
    pairs = with_sources(from_mag, mags)
    layer.get_mag(from_mag)
    _check_free(layer, mags, making)

    def fill(fine: MagHandle, coarse: ViewHandle, record: Checkpoint) -> None:
        how = making.how._replace(checkpoint=record)
        pyramid.downsample(fine, coarse, kernel, how, making.memory, durable=making.resume)

    _make_all(layer, pairs, making, fill, {"downsampled by": kernel})


def upsample(layer: LayerHandle, from_mag: Mag, finest: Mag, scheme: Scheme, making: Making) -> None:
    """Makes all mags of the scheme that are finer."""
    mags = finer_mags_of(layer, from_mag, finest, scheme)
    taken = _taken(layer, mags, making)
    if taken:
        raise NameTakenError(f"{layer} has {taken[0]!r} already; delete it if it is to be computed anew")

    def fill(coarse: MagHandle, fine: ViewHandle, record: Checkpoint) -> None:
        how = making.how._replace(checkpoint=record)
        pyramid.upsample(coarse, fine, how, making.memory, durable=making.resume)

    _make_all(layer, list(pairwise([from_mag, *mags])), making, fill, {"upsampled by": "repetition"})


def finer_mags_of(layer: LayerHandle, from_mag: Mag, finest: Mag, scheme: Scheme) -> list[Mag]:
    """The mags from one on down to the finest.

    Raises:
        InvalidArgumentError: the finest mag is not finer.
        NameNotFoundError: there is nothing to begin with.
    """
    layer.get_mag(from_mag)
    if not finest < from_mag or any(from_mag.to_vec3_int() % finest):
        raise InvalidArgumentError(f"{finest!r} is not finer than {from_mag!r}")
    voxel = layer.dataset.voxel_size
    mags = aligned_with(layer, finer_mags(from_mag, finest, scheme.mode, voxel), scheme)
    check_coarsening([*reversed(mags), from_mag])
    return mags


def mags_of(layer: LayerHandle, from_mag: Mag, coarsest: Mag | None, scheme: Scheme) -> list[Mag]:
    """The mags that follow one, up to the coarsest.

    Raises:
        InvalidArgumentError: the coarsest mag is finer.
        NameNotFoundError: there is nothing to begin with.
        SamplingSchemeError: the layer has another mag that is as coarse.
    """
    layer.get_mag(from_mag)
    if coarsest is not None and coarsest.max_dim < from_mag.max_dim:
        raise InvalidArgumentError(f"the coarsest mag {coarsest!r} is finer than {from_mag!r}")
    end = coarsest or default_coarsest_mag(layer.bounding_box)
    mode = _possible_mode(layer, scheme.mode)
    mags = list(following_mags(from_mag, end, mode, layer.dataset.voxel_size))
    mags = aligned_with(layer, mags, scheme)
    for mag, present in conflicts(mags, layer.mags):
        message = f"{layer} has {present!r}, which is as coarse as {mag!r} of the sampling scheme"
        if not scheme.force:
            raise remedied(SamplingSchemeError, message, Remedy.FORCE)
        warnings.warn(message, UserWarning, stacklevel=caller_level())
    return mags


def _possible_mode(layer: LayerHandle, mode: SamplingModes) -> SamplingModes:
    if layer.bounding_box.size_xyz.z != 1 or mode is SamplingModes.CONSTANT_Z:
        return mode
    warnings.warn(
        f"{layer} is one voxel deep, so the sampling mode is constant_z and not {mode.value}",
        UserWarning,
        stacklevel=caller_level(),
    )
    return SamplingModes.CONSTANT_Z


def aligned_with(layer: LayerHandle, mags: list[Mag], scheme: Scheme) -> list[Mag]:
    """The mags, or those of other layers that are as coarse."""
    if scheme.align_with is False:
        return mags
    dataset = layer.dataset if scheme.align_with is True else scheme.align_with
    others = (other for other in dataset.layers.values() if other is not layer)
    return aligned(mags, (mag for other in others for mag in other.mags))


def check_coarsening(mags: Sequence[Mag]) -> None:
    """Refuses a list in which a mag is finer in some axis than the one before."""
    for before, mag in pairwise(mags):
        if any(mag.to_vec3_int() % before):
            raise InvalidArgumentError(f"{mag!r} cannot be made of {before!r}, which is coarser in some axis")


def all_but_finest(layer: LayerHandle) -> tuple[Mag, list[Mag]]:
    """The finest mag, and the others from fine to coarse."""
    finest, *others = sorted(layer.mags, key=lambda mag: (mag.max_dim, mag.to_tuple()))
    return finest, others


def _taken(layer: LayerHandle, mags: Iterable[Mag], making: Making) -> list[Mag]:
    """One who resumes finds mags that are done: only whole ones are listed."""
    allowed = making.allow_overwrite or making.resume
    return [] if allowed else [mag for mag in mags if mag in layer.mags]


def _check_free(layer: LayerHandle, mags: Iterable[Mag], making: Making) -> None:
    taken = _taken(layer, mags, making)
    if taken:
        raise remedied(NameTakenError, f"{layer} has {taken[0]!r} already", Remedy.COMPUTE_ANEW)


def _make_all(
    layer: LayerHandle,
    pairs: Sequence[tuple[Mag, Mag]],
    making: Making,
    fill: Fill,
    described: dict[str, Any],
) -> None:
    """Makes mags one after the other; each is there as soon as it is complete."""
    layer.dataset._check_writable()
    check_group_metadata(layer.path, layer.data_format)
    _tidy(layer, {mag for _, mag in pairs} if making.allow_overwrite else set())
    present = layer.mags if making.resume and not making.allow_overwrite else {}
    missing = [(source, mag) for source, mag in pairs if mag not in present]
    if not making.only_setup:
        _check_space(layer, [mag for _, mag in missing], making)
    with ExitStack() as stages:
        for source, mag in missing:
            view = layer.get_mag(source)
            if making.only_setup:
                _set_up(layer, view, mag, making)
                continue
            StagedMag(layer, view, mag, making.asked, described).make(fill, making.resume, stages)
            if not (making.resume and making.allow_overwrite):
                stages.close()
            # Else nothing but the record says that an old mag is a new one by now.


def _tidy(layer: LayerHandle, replaced: set[Mag]) -> None:
    """Does what is left to do of mags that were complete when who made them died.

    Of a mag that is to be replaced, it may be all that tells that this was done.
    """
    for mag in layer.mags.keys() - replaced:
        clear_up_after(layer.get_mag(mag).path)
    update_groups(layer)


def _set_up(layer: LayerHandle, source: MagHandle, mag: Mag, making: Making) -> None:
    if mag not in layer.mags:
        _mags.add(layer, mag, _mags.layout_like(source, making.asked, layer.data_format))


def _check_space(layer: LayerHandle, mags: Iterable[Mag], making: Making) -> None:
    voxels = sum(layer.bounding_box.align_with_mag(mag, ceil=True).in_mag(mag).volume() for mag in mags)
    nbytes = voxels * layer.num_channels * layer.dtype_per_channel.itemsize
    check_space(layer.path, nbytes, bool(making.asked.compress))


# -- kernels ---------------------------------------------------------------------------------------
#
# The names of the ways to downsample, as scripts spell them.

_MODES = {
    "median": "median",
    "mode": "mode",
    "nearest": "nearest",
    "bilinear": "mean",
    "mean": "mean",
    "max": "max",
    "min": "min",
}


def kernel_of(interpolation_mode: str, category: LayerCategoryType) -> str:
    """The kernel that a script asks for: by default the median of colors and the mode of segments.

    Raises:
        UnknownInterpolationError: there is no such mode.
        UnsupportedError: it is ``"bicubic"``.
    """
    name = interpolation_mode.lower()
    if name == "default":
        return "median" if category == COLOR_CATEGORY else "mode"
    if name == "bicubic":
        raise UnsupportedError("bicubic interpolation is not supported; use bilinear, or median")
    if name not in _MODES:
        raise UnknownInterpolationError(
            f"interpolation_mode is one of {['default', *_MODES]}, got {interpolation_mode!r}"
        )
    return _MODES[name]
