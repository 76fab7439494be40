"""Properties of datasets, as older and newer programs write them."""

from __future__ import annotations

import copy
from typing import Any

from voxbrick.metadata.json import Node
from voxbrick.metadata.properties import DatasetProperties, parse_properties

CXYZ = {"c": 0, "x": 1, "y": 2, "z": 3}

OLD = {
    "id": {"name": "brain", "team": "lab"},
    "scale": [11.24, 11.24, 28],
    "dataLayers": [
        {
            "name": "color",
            "category": "color",
            "boundingBox": {"topLeft": [0, 0, 0], "width": 40, "height": 24, "depth": 20},
            "elementClass": "uint24",
            "dataFormat": "wkw",
            "wkwResolutions": [{"resolution": 1, "cubeLength": 1024}],
        },
        {
            "name": "seg",
            "category": "segmentation",
            "boundingBox": {"topLeft": [6, 10, 4], "width": 30, "height": 22, "depth": 12},
            "elementClass": "uint32",
            "dataFormat": "zarr3",
            "numChannels": 1,
            "largestSegmentId": 4294967295,
            "mags": [{"mag": [1, 1, 1], "axisOrder": CXYZ}],
        },
    ],
}

NEW = {
    "id": {"name": "brain", "team": ""},
    "scale": {"factor": [0.5, 0.5, 1.25], "unit": "micrometer"},
    "dataLayers": [
        {
            "name": "seg",
            "category": "segmentation",
            "boundingBox": {"topLeft": [2, 0, 4], "width": 10, "height": 12, "depth": 7},
            "additionalAxes": [{"name": "t", "bounds": [0, 3], "index": 1}],
            "dataFormat": "zarr3",
            "mags": [
                {
                    "mag": [1, 1, 1],
                    "path": "./seg/1",
                    "axisOrder": {"c": 0, "t": 1, "x": 2, "y": 3, "z": 4},
                    "channelIndex": 1,
                }
            ],
            "largestSegmentId": {"customJsonEncoding": "bigint", "value": "9223372036854775813"},
            "mappings": ["agglomerates"],
            "defaultViewConfiguration": {"color": [255, 0, 10], "unheardOf": 1},
            "numChannels": 1,
            "elementClass": "uint64",
        }
    ],
    "defaultViewConfiguration": {"position": [1, 2, 3], "fourBit": True},
    "version": 1,
}


def parsed(json: dict[str, Any]) -> DatasetProperties:
    return parse_properties(Node(json, "properties"))


def changed(json: dict[str, Any], *keys: str | int, to: Any) -> dict[str, Any]:
    """A copy with another value at a path; ``...`` removes what is there."""
    document = copy.deepcopy(json)
    owner: Any = document
    for key in keys[:-1]:
        owner = owner[key]
    if to is ...:
        del owner[keys[-1]]
    else:
        owner[keys[-1]] = to
    return document
