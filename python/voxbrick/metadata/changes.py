"""The JSON of a dataset, changed in place.

What is unknown stays where it is, and so does the dialect: version 1, or the older one in which
WKW layers list ``wkwResolutions`` and the voxel size is a bare list of nanometers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from voxbrick.errors import InvalidArgumentError, NameNotFoundError, NameTakenError
from voxbrick.geometry.bounding_box import BoundingBox
from voxbrick.geometry.mag import Mag
from voxbrick.geometry.nd_bounding_box import NDBoundingBox
from voxbrick.metadata.json import Node
from voxbrick.metadata.properties import LayerProperties, MagViewProperties, parse_layer
from voxbrick.metadata.types import DataFormat, LengthUnit, VoxelSize
from voxbrick.metadata.view_configuration import (
    DatasetViewConfiguration,
    LayerViewConfiguration,
    ViewConfiguration,
)

# Beyond this, numbers of JavaScript are no longer exact.
_EXACT = 2**53 - 1
_OPTIONAL = {
    *("version", "id", "name", "defaultViewConfiguration"),
    *("additionalAxes", "mags", "wkwResolutions", "coordinateTransformations", "numChannels"),
    *("largestSegmentId", "mappings", "path", "cubeLength", "axisOrder", "channelIndex"),
}
_KNOWN = {
    *("name", "category", "boundingBox", "additionalAxes", "axisOrder", "elementClass", "dataFormat"),
    *("mags", "wkwResolutions", "numChannels", "largestSegmentId", "mappings"),
}
_DESCRIBING = ("largestSegmentId", "mappings")
"""Of those, the ones that do not follow from arrays and boxes."""
_LAST = [0.0, 0.0, 0.0, 1.0]


class Document:
    """One change each; every method raises before it changes anything.

    A change may also make and move folders. What takes that back is handed to `unless_saved`.
    """

    def __init__(self, json: dict[str, Any]) -> None:
        self.json = json
        _drop_nulls(json)
        self._undo = ExitStack()

    def unless_saved(self, undo: Callable[[], object]) -> None:
        """Has something called if the change fails further on; the last one first."""
        self._undo.callback(undo)

    def saved(self) -> None:
        """Nothing is to be taken back any more."""
        self._undo.pop_all()

    def take_back(self) -> None:
        """Undoes what was done beside the document."""
        self._undo.close()

    @classmethod
    def new(cls, name: str, voxel_size: VoxelSize) -> Document:
        """A dataset without layers; in the older dialect, which all readers know, if it can be."""
        document = cls({"id": {"name": "", "team": ""}, "scale": [], "dataLayers": []})
        document.set_name(name)
        if voxel_size.unit is not LengthUnit.NANOMETER:
            document.json["version"] = 1
        document.set_voxel_size(voxel_size)
        return document

    @property
    def has_version(self) -> bool:
        return self.json.get("version") is not None

    # -- the dataset -----------------------------------------------------------------------------

    def set_name(self, name: str) -> None:
        if not isinstance(name, str):
            raise InvalidArgumentError(f"the name of a dataset is a text, got {name!r}")
        self.json.setdefault("id", {"team": ""})["name"] = name

    def set_voxel_size(self, voxel_size: VoxelSize) -> None:
        factor = list(voxel_size.factor)
        if self.has_version or isinstance(self.json["scale"], dict):
            self.json["scale"] = {"factor": factor, "unit": str(voxel_size.unit)}
        else:
            self.json["scale"] = list(voxel_size.to_nanometer())

    def set_view_configuration(self, view: DatasetViewConfiguration) -> None:
        _replace_view(self.json, view)

    def take_view_configuration_of(self, other: Document) -> None:
        """With all its members, also those that are not known here."""
        if "defaultViewConfiguration" in other.json:
            self.json["defaultViewConfiguration"] = copy.deepcopy(other.json["defaultViewConfiguration"])

    # -- layers ----------------------------------------------------------------------------------

    def layer(self, name: str) -> dict[str, Any]:
        for layer in self._layers:
            if layer["name"] == name:
                return layer
        names = [layer["name"] for layer in self._layers]
        raise NameNotFoundError(f"there is no layer {name!r}, the layers are {names}")

    def layer_properties(self, name: str) -> LayerProperties:
        """What a layer is by now."""
        return parse_layer(Node(self.layer(name), "the properties", f"the layer {name!r}"))

    @property
    def _layers(self) -> list[dict[str, Any]]:
        layers: list[dict[str, Any]] = self.json["dataLayers"]
        return layers

    def add_layer(self, layer: LayerProperties, others: dict[str, Any] | None = None) -> None:
        """Adds a layer; ``others`` are members of one like it that are not known here, to be kept."""
        self._check_new(layer.name)
        wkw = layer.data_format == DataFormat.WKW and not self.has_version
        json = {
            "name": layer.name,
            "category": layer.category,
            **_box_json(layer.bounding_box),
            "elementClass": layer.element_class,
            "dataFormat": str(layer.data_format),
            "wkwResolutions" if wkw else "mags": [],
            "numChannels": layer.num_channels,
        }
        json |= copy.deepcopy(others or {})
        if any(layer.translation) and "coordinateTransformations" not in json:
            json["coordinateTransformations"] = [moved_by(layer.translation)]
        self._layers.append(json)
        for mag in layer.mags:
            self.add_mag(layer.name, mag)
        if layer.default_view_configuration is not None:
            self.set_layer_view_configuration(layer.name, layer.default_view_configuration)
        if layer.category == "segmentation":
            self.set_largest_segment_id(layer.name, layer.largest_segment_id)
            if layer.mappings is not None:
                json["mappings"] = list(layer.mappings)

    def others_of(self, name: str) -> dict[str, Any]:
        """The members of a layer that properties do not hold, or not all of them."""
        return {key: value for key, value in self.layer(name).items() if key not in _KNOWN}

    def described(self, name: str) -> dict[str, Any]:
        """All members of a layer that do not say how and where its voxels are stored."""
        known = {key: value for key, value in self.layer(name).items() if key in _DESCRIBING}
        return self.others_of(name) | known

    def remove_layer(self, name: str) -> None:
        self._layers.remove(self.layer(name))

    def rename_layer(self, name: str, new_name: str) -> None:
        layer = self.layer(name)
        self._check_new(new_name)
        layer["name"] = new_name
        for mag in layer.get("mags", ()):
            path = mag.get("path", "").removeprefix("./")
            if path.startswith(f"{name}/"):
                mag["path"] = f"./{new_name}/{path.removeprefix(f'{name}/')}"

    def _check_new(self, name: str) -> None:
        if any(layer["name"] == name for layer in self._layers):
            raise NameTakenError(f"there is a layer {name!r} already")

    def set_bounding_box(self, name: str, box: NDBoundingBox) -> None:
        layer = self.layer(name)
        bounds = {axis: list(box.get_bounds(axis)) for axis in box.axes}
        for axis in layer.get("additionalAxes", ()):
            axis["bounds"] = bounds[axis["name"]]
        layer["boundingBox"].update(BoundingBox.from_ndbbox(box).to_wkw_dict())

    def set_layer_view_configuration(self, name: str, view: LayerViewConfiguration) -> None:
        _replace_view(self.layer(name), view)

    def set_largest_segment_id(self, name: str, segment_id: int | None) -> None:
        if segment_id is None:
            self.layer(name).pop("largestSegmentId", None)
        elif self.has_version and abs(segment_id) > _EXACT:
            bigint = {"customJsonEncoding": "bigint", "value": str(segment_id)}
            self.layer(name)["largestSegmentId"] = bigint
        else:
            self.layer(name)["largestSegmentId"] = segment_id

    # -- mags ------------------------------------------------------------------------------------

    def _mags(self, name: str) -> tuple[list[dict[str, Any]], str]:
        """The list of a layer's mags, and the key under which each of them keeps its factors."""
        layer = self.layer(name)
        if "wkwResolutions" in layer and "mags" not in layer:
            return layer["wkwResolutions"], "resolution"
        return layer.setdefault("mags", []), "mag"

    def add_mag(self, name: str, mag: MagViewProperties) -> None:
        mags, key = self._mags(name)
        indices = {axis["name"]: axis["index"] for axis in self.layer(name).get("additionalAxes", ())}
        if any(Mag(entry[key]) == mag.mag for entry in mags):
            raise NameTakenError(f"the layer {name!r} has the mag {mag.mag} already")
        entry: dict[str, Any] = {key: mag.mag.to_list()}
        if key == "mag" and (self.has_version or mag.path is not None):
            entry["path"] = mag.path or f"./{name}/{mag.mag}"
        if mag.cube_length is not None:
            entry["cubeLength"] = mag.cube_length
        if key == "mag" and mag.axis_order is not None:
            order = mag.axis_order.items()
            entry["axisOrder"] = {axis: place for axis, place in order if indices.get(axis) != place}
        if mag.channel_index is not None:
            entry["channelIndex"] = mag.channel_index
        mags.append(entry)

    def set_cube_length(self, name: str, mag: Mag, length: int) -> None:
        """What a file of a WKW mag holds along each axis."""
        self._mag(name, mag)["cubeLength"] = length

    def remove_mag(self, name: str, mag: Mag) -> None:
        self._mags(name)[0].remove(self._mag(name, mag))

    def _mag(self, name: str, mag: Mag) -> dict[str, Any]:
        mags, key = self._mags(name)
        for entry in mags:
            if Mag(entry[key]) == mag:
                return entry
        names = [str(Mag(entry[key])) for entry in mags]
        raise NameNotFoundError(f"the layer {name!r} has no mag {mag}, its mags are {names}")


def moved_by(voxels: Sequence[float]) -> dict[str, Any]:
    """The transformation of a layer that begins elsewhere than at the origin, in voxels of Mag(1)."""
    x, y, z = map(float, voxels)
    return {"type": "affine", "matrix": [[1.0, 0.0, 0.0, x], [0.0, 1.0, 0.0, y], [0.0, 0.0, 1.0, z], _LAST]}


def _drop_nulls(json: dict[str, Any]) -> None:
    """Takes out known members that are null, which means the same as if they were not there."""
    identity, layers = json.get("id"), json.get("dataLayers")
    for owner in (json, identity, *(layers if isinstance(layers, list) else ())):
        if not isinstance(owner, dict):
            continue
        mags = [mag for key in ("mags", "wkwResolutions") for mag in owner.get(key) or ()]
        for part in (owner, *(mag for mag in mags if isinstance(mag, dict))):
            for key in [key for key, value in part.items() if value is None and key in _OPTIONAL]:
                del part[key]


def _box_json(box: NDBoundingBox) -> dict[str, Any]:
    json = box.to_wkw_dict()
    axes = json.pop("additionalAxes", None)
    return {"boundingBox": json, **({"additionalAxes": axes} if axes else {})}


def _replace_view(owner: dict[str, Any], view: LayerViewConfiguration | DatasetViewConfiguration) -> None:
    """Sets the members that are known, and leaves the others."""
    if not isinstance(view, ViewConfiguration):
        raise InvalidArgumentError(f"expected a view configuration, whose members may be None, got {view!r}")
    before = owner.get("defaultViewConfiguration") or {}
    known = {name for both in view.json_keys().items() for name in both}
    others = {key: value for key, value in before.items() if key not in known}
    owner["defaultViewConfiguration"] = {**others, **view.to_json()}
