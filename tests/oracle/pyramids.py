"""Reads all mags of datasets with the reference package, and makes the coarser ones anew beside them.

Runs with the Python of that package, so it imports nothing else that would have to be installed.

    python pyramids.py SOURCE COPY NOTES

For each dataset in the folder SOURCE, the voxels of all its mags go to the folder NOTES; COPY holds the
same datasets with their finest mags only, which the reference package downsamples.
"""

import sys
import warnings
from argparse import Namespace
from pathlib import Path

import numpy as np
import webknossos as wk
from webknossos.utils import get_executor_for_args


def read_all(folder, notes, kind):
    """Saves the voxels of each mag under its dataset's, its layer's and its own name."""
    for dataset in sorted(folder.iterdir()):
        for layer in wk.Dataset.open(dataset).layers.values():
            for mag in layer.mags.values():
                np.save(notes / f"{dataset.name}-{layer.name}-{mag.name}-{kind}.npy", mag.read())


def downsample_all(folder):
    with get_executor_for_args(Namespace(distribution_strategy="multiprocessing", jobs=2)) as executor:
        for dataset in sorted(folder.iterdir()):
            for layer in wk.Dataset.open(dataset).layers.values():
                layer.downsample(coarsest_mag=wk.Mag(8), executor=executor)


def main(source, copy, notes):
    warnings.simplefilter("ignore")
    read_all(Path(source), Path(notes), "read")
    downsample_all(Path(copy))
    read_all(Path(copy), Path(notes), "downsampled")


if __name__ == "__main__":
    main(*sys.argv[1:])
