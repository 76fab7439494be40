"""What a layer offers to make mags of mags, and to compress them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from voxbrick._support import warn_deprecated
from voxbrick.errors import InvalidArgumentError
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.sampling import SamplingModes
from voxbrick.operations import resampling
from voxbrick.operations.chunks import How
from voxbrick.operations.resampling import Making, Scheme
from voxbrick.volume.layout import Shape, layout

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from voxbrick.dataset.dataset import Dataset
    from voxbrick.dataset.layer import Layer

Align: TypeAlias = "bool | Dataset"


class ResamplingMethods:
    """The part of `Layer` that makes mags of mags.

    A voxel is made of those that lie in it and in the box of the layer. Neither the executor nor
    the shape of chunks changes the result. New mags are laid out like the one they are made of.

    ``interpolation_mode`` is ``"median"``, ``"mode"``, ``"nearest"``, ``"bilinear"``, ``"max"`` or
    ``"min"``, see `voxbrick.resample`; by default the median of colors and the mode of segments.
    ``executor`` is as in `View.for_each_chunk`. ``progress_desc`` shows progress with that text.
    ``memory`` is how many bytes voxels may take, in all workers together; 512 MB for each by default.
    A mag appears when it is complete, and replaces an old one as a whole; whatever kills the work,
    half a mag is never seen. ``resume`` goes on where earlier work was interrupted or killed, leaves
    mags alone that are there, unless they are to be overwritten, and keeps what is done if this work
    is interrupted.
    ``buffer_shape`` is taken for the sake of older scripts and has no effect, ``args`` is deprecated.
    """

    def downsample(
        self,
        from_mag: Any = None,
        coarsest_mag: Any = None,
        interpolation_mode: str = "default",
        compress: bool = True,
        sampling_mode: str | SamplingModes = SamplingModes.ANISOTROPIC,
        align_with_other_layers: Align = True,
        buffer_shape: Shape | None = None,
        force_sampling_scheme: bool = False,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mags: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds the coarser mags of a pyramid, each made of the one before.

        Args:
            from_mag: where to begin; the coarsest mag by default.
            coarsest_mag: where to end; by default where slices are about 100 voxels wide, at least 4.
            interpolation_mode: see above.
            compress: whether new mags are compressed.
            sampling_mode: ``"anisotropic"`` halves the axes that bring the extents of a voxel
                closest to each other, ``"isotropic"`` all, ``"constant_z"`` x and y.
            align_with_other_layers: takes the mags that other layers, or those of that dataset,
                have where they are as coarse.
            buffer_shape: see above.
            force_sampling_scheme: adds mags also where the layer has another one that is as coarse.
            args: see above.
            allow_overwrite: computes mags anew that are there; they keep their layout.
            only_setup_mags: adds empty mags.
            executor: see above.
            chunk_shape: of new mags.
            shard_shape: of new mags.
            progress_desc: see above.
            memory: see above.
            resume: see above.

        Raises:
            InvalidArgumentError: a mode is unknown, or there is nothing to begin with.
            NameTakenError: a mag is there already.
            SamplingSchemeError: there is another mag that is as coarse.
        """
        layer = _layer(self)
        _warn_of(args)
        if not layer.mags:
            raise InvalidArgumentError(f"{layer} has no mag that could be downsampled")
        begin = max(layer.mags) if from_mag is None else Mag(from_mag)
        end = None if coarsest_mag is None else Mag(coarsest_mag)
        scheme = Scheme(SamplingModes.parse(sampling_mode), align_with_other_layers, force_sampling_scheme)
        mags = resampling.mags_of(layer, begin, end, scheme)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mags, resume, memory)
        resampling.downsample(layer, begin, mags, interpolation_mode, making)

    def downsample_mag(
        self,
        from_mag: Any,
        target_mag: Any,
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mag: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds one mag made of another, by any factors; the arguments are those of `downsample`.

        Raises:
            MisalignedError: the voxels of the target are not made of whole voxels of the other.
            NameTakenError: the mag is there already.
        """
        _warn_of(args)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mag, resume, memory)
        resampling.downsample(_layer(self), Mag(from_mag), [Mag(target_mag)], interpolation_mode, making)

    def downsample_mag_list(
        self,
        from_mag: Any,
        target_mags: Sequence[Any],
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        allow_overwrite: bool = False,
        only_setup_mags: bool = False,
        executor: Any = None,
        *,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds mags, each made of the one before; the arguments are those of `downsample`.

        Raises:
            InvalidArgumentError: a mag is finer in some axis than the one before.
        """
        _warn_of(args)
        begin, mags = Mag(from_mag), [Mag(mag) for mag in target_mags]
        resampling.check_coarsening([begin, *mags])
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), allow_overwrite, only_setup_mags, resume, memory)
        resampling.downsample(_layer(self), begin, mags, interpolation_mode, making)

    def redownsample(
        self,
        interpolation_mode: str = "default",
        compress: bool = True,
        buffer_shape: Shape | None = None,
        args: Namespace | None = None,
        executor: Any = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Computes all mags but the finest anew; they keep their layout, whatever ``compress`` says."""
        layer = _layer(self)
        _warn_of(args)
        if len(layer.mags) < 2:
            return
        finest, others = resampling.all_but_finest(layer)
        making = Making(layout(compress=compress), How(executor, progress_desc), True, False, resume, memory)
        resampling.downsample(layer, finest, others, interpolation_mode, making)

    def upsample(
        self,
        from_mag: Any,
        finest_mag: Any = 1,
        compress: bool = False,
        sampling_mode: str | SamplingModes = SamplingModes.ANISOTROPIC,
        align_with_other_layers: Align = True,
        buffer_shape: Shape | None = None,
        buffer_edge_len: int | None = None,
        args: Namespace | None = None,
        executor: Any = None,
        *,
        min_mag: Any = None,
        chunk_shape: Shape | None = None,
        shard_shape: Shape | None = None,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Adds the finer mags of a pyramid: copies of the voxels of a coarser one.

        The arguments are those of `downsample`; ``buffer_edge_len`` has no effect, and
        ``min_mag`` is the deprecated name of ``finest_mag``.

        Raises:
            InvalidArgumentError: the finest mag is not finer.
            NameTakenError: a mag is there already.
        """
        _warn_of(args)
        if min_mag is not None:
            warn_deprecated("min_mag", "finest_mag")
            finest_mag = min_mag
        scheme = Scheme(SamplingModes.parse(sampling_mode), align_with_other_layers)
        asked = layout(chunk_shape, None, shard_shape, compress)
        making = Making(asked, How(executor, progress_desc), False, False, resume, memory)
        resampling.upsample(_layer(self), Mag(from_mag), Mag(finest_mag), scheme, making)

    def compress(
        self,
        target_path: str | Path | None = None,
        executor: Any = None,
        *,
        progress_desc: str | None = None,
        memory: int | None = None,
        resume: bool = False,
    ) -> None:
        """Compresses all mags, in place or into a layer of the same name in another dataset.

        The arguments and errors are those of `MagView.compress`.
        """
        for mag in _layer(self).mags.values():
            mag.compress(
                target_path, executor=executor, progress_desc=progress_desc, memory=memory, resume=resume
            )


def _layer(part: ResamplingMethods) -> Layer:
    return cast("Layer", part)


def _warn_of(args: Namespace | None) -> None:
    if args is not None:
        warn_deprecated("args", "executor")
