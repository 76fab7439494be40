"""Adding mags that are made of other mags: which ones, and then their voxels."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import attr

from voxbrick.dataset import _mags, _pyramid
from voxbrick.dataset._chunks import How
from voxbrick.dataset._interpolation import kernel_of
from voxbrick.dataset._layout import Layout
from voxbrick.dataset._sampling_scheme import (
    aligned,
    conflicts,
    default_coarsest_mag,
    finer_mags,
    following_mags,
    with_sources,
)
from voxbrick.dataset.mag_view import MagView
from voxbrick.dataset.sampling_modes import SamplingModes
from voxbrick.errors import InvalidArgumentError, NameTakenError, SamplingSchemeError
from voxbrick.geometry.mag import Mag
from voxbrick.utils import caller_level

if TYPE_CHECKING:
    from voxbrick.dataset.dataset import Dataset
    from voxbrick.dataset.layer import Layer


@attr.frozen
class Making:
    """How mags are made of mags."""

    asked: Layout
    how: How
    allow_overwrite: bool = False
    only_setup: bool = False


@attr.frozen
class Scheme:
    """How the mags are chosen."""

    mode: SamplingModes
    align_with: bool | Dataset
    force: bool = False


def downsample(
    layer: Layer, from_mag: Mag, mags: Sequence[Mag], interpolation_mode: str, making: Making
) -> None:
    """Makes mags, each of the coarsest one before it of which it is made of whole voxels."""
    kernel = kernel_of(interpolation_mode, layer.category)
    pairs = with_sources(from_mag, mags)
    layer.get_mag(from_mag)
    _check_free(layer, mags, making)

    def fill(fine: MagView, coarse: MagView) -> None:
        _pyramid.downsample(fine, coarse, kernel, making.how)

    for source, mag in pairs:
        _make(layer, source, mag, making, fill)


def upsample(layer: Layer, from_mag: Mag, finest: Mag, scheme: Scheme, making: Making) -> None:
    """Makes all mags of the scheme that are finer."""
    voxel = layer.dataset.voxel_size
    source = layer.get_mag(from_mag).mag
    if finest > from_mag or any(from_mag.to_vec3_int() % finest):
        raise InvalidArgumentError(f"{finest!r} is not finer than {from_mag!r}")
    mags = aligned_with(layer, finer_mags(from_mag, finest, scheme.mode, voxel), scheme)
    check_coarsening([*reversed(mags), from_mag])
    _check_free(layer, mags, making)

    def fill(coarse: MagView, fine: MagView) -> None:
        _pyramid.upsample(coarse, fine, making.how)

    for mag in mags:
        _make(layer, source, mag, making, fill)
        source = mag


def mags_of(layer: Layer, from_mag: Mag, coarsest: Mag | None, scheme: Scheme) -> list[Mag]:
    """The mags that follow one, up to the coarsest.

    Raises:
        InvalidArgumentError: the coarsest mag is finer.
        SamplingSchemeError: the layer has another mag that is as coarse.
    """
    if coarsest is not None and coarsest.max_dim < from_mag.max_dim:
        raise InvalidArgumentError(f"coarsest_mag {coarsest!r} is finer than {from_mag!r}")
    end = coarsest or default_coarsest_mag(layer.bounding_box)
    mode = _possible_mode(layer, scheme.mode)
    mags = list(following_mags(from_mag, end, mode, layer.dataset.voxel_size))
    mags = aligned_with(layer, mags, scheme)
    for mag, present in conflicts(mags, layer.mags):
        message = f"{layer} has {present!r}, which is as coarse as {mag!r} of the sampling scheme"
        if not scheme.force:
            raise SamplingSchemeError(f"{message}; force_sampling_scheme=True adds it all the same")
        warnings.warn(message, UserWarning, stacklevel=caller_level())
    return mags


def _possible_mode(layer: Layer, mode: SamplingModes) -> SamplingModes:
    if layer.bounding_box.size_xyz.z != 1 or mode is SamplingModes.CONSTANT_Z:
        return mode
    warnings.warn(
        f"{layer} is one voxel deep, so the sampling mode is constant_z and not {mode.value}",
        UserWarning,
        stacklevel=caller_level(),
    )
    return SamplingModes.CONSTANT_Z


def aligned_with(layer: Layer, mags: list[Mag], scheme: Scheme) -> list[Mag]:
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


def all_but_finest(layer: Layer) -> tuple[Mag, list[Mag]]:
    """The finest mag, and the others from fine to coarse."""
    finest, *others = sorted(layer.mags, key=lambda mag: (mag.max_dim, mag.to_tuple()))
    return finest, others


def _check_free(layer: Layer, mags: Iterable[Mag], making: Making) -> None:
    taken = [mag for mag in mags if mag in layer.mags]
    if taken and not making.allow_overwrite:
        raise NameTakenError(f"{layer} has {taken[0]!r} already; allow_overwrite=True computes it anew")


def _make(
    layer: Layer, source: Mag, mag: Mag, making: Making, fill: Callable[[MagView, MagView], None]
) -> None:
    if mag in layer.mags:
        target = layer.get_mag(mag)
        target._check_writable()
        if not making.only_setup:
            fill(layer.get_mag(source), target)
        return
    target = _mags.add(layer, mag, _mags.layout_like(layer.get_mag(source), making.asked, layer.data_format))
    try:
        if not making.only_setup:
            fill(layer.get_mag(source), target)
    except BaseException:
        _mags.delete(layer, target)
        raise
