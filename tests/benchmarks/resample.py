"""How fast do mags 2, 4 and 8 come out of a volume in memory?"""

from pathlib import Path

import numpy as np
from harness import Action, Check, Row, Work
from volumes import em, labels

STEPS = [(1, 2, 2, 2)] * 3


def mode_voxbrick(volume: np.ndarray) -> list[np.ndarray]:
    from voxbrick import resample

    return resample.pyramid(volume, STEPS, "mode")


def mode_tinybrain(volume: np.ndarray) -> list[np.ndarray]:
    import tinybrain

    return tinybrain.downsample_segmentation(volume[0], (2, 2, 2), num_mips=3)


def mean_voxbrick(volume: np.ndarray) -> list[np.ndarray]:
    from voxbrick import resample

    return resample.pyramid(volume, STEPS, "mean")


def mean_tinybrain(volume: np.ndarray) -> list[np.ndarray]:
    import tinybrain

    return tinybrain.downsample_with_averaging(volume[0], (2, 2, 2), num_mips=3)


def octants(volume: np.ndarray) -> list[np.ndarray]:
    """The eight voxels of each cell."""
    return [volume[0, x::2, y::2, z::2] for x in (0, 1) for y in (0, 1) for z in (0, 1)]


def check_mode(volume: np.ndarray, mag2: np.ndarray) -> None:
    """No value is rarer in its cell than the cell's first voxel is."""
    voxels = octants(volume)
    found, first = (sum((voxel == value).astype(np.uint8) for voxel in voxels) for value in (mag2, voxels[0]))
    assert (found >= first).all()


def check_mean(volume: np.ndarray, mag2: np.ndarray) -> None:
    total = sum(voxel.astype(np.int16) for voxel in octants(volume))
    assert np.abs(total - 8 * mag2.astype(np.int16)).max() < 8


def pyramid_of(make, volume_of, check_mag2) -> Work:
    def work(prepared: Path, scratch: Path) -> tuple[Action, Check]:
        volume = np.array(volume_of(prepared), order="F")

        def check(found: list[np.ndarray]) -> None:
            shapes = [tuple(extent >> step for extent in volume.shape[1:]) for step in (1, 2, 3)]
            assert [mag.reshape(mag.shape[-3:]).shape for mag in found[:3]] == shapes
            check_mag2(volume, found[0].reshape(shapes[0]))

        return lambda: make(volume), check

    return work


ROWS = [
    Row(
        f"resample: {name}, 3 mags",
        {"voxbrick": pyramid_of(ours, volume, check), "tinybrain": pyramid_of(theirs, volume, check)},
        lambda folder, volume=volume: volume(folder),
        "tinybrain",
        1.5,
    )
    for name, ours, theirs, volume, check in [
        ("mode of labels", mode_voxbrick, mode_tinybrain, labels, check_mode),
        ("mean of em", mean_voxbrick, mean_tinybrain, em, check_mean),
    ]
]
