"""Names of files that say where an image belongs: ``{z}/{y}/{x}.jpg`` or ``{layer}_t{t}_c{c}.tif``."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from voxbrick.errors import InvalidArgumentError, NotFoundError
from voxbrick.sources.images import Scan, check_alike, is_image, natural_key
from voxbrick.sources.stack import Placed, StackSource

FIELDS = {"layer": r"[^/]+?", **dict.fromkeys("ctxyz", r"\d+")}

EXTENTS = {"c": "channels", "t": "timepoints", "x": "width", "y": "height", "z": "depth"}
PLACES = {"c": "channel", "t": "timepoint", "x": "x", "y": "y", "z": "z"}
"""What the axes are called in an `ImageInfo` and where it is placed."""


class Named(NamedTuple):
    """A file, and what the fields of the pattern are in its name."""

    path: Path
    fields: dict[str, str]

    def number(self, field: str) -> int:
        return int(self.fields.get(field, 0))


def match_files(folder: Path, pattern: str) -> dict[str, list[Named]]:
    """The images of a folder whose names fit the pattern, by their layer ("" if it names none).

    Raises:
        NotFoundError: there is none.
        InvalidArgumentError: the pattern makes no sense, or two files belong to one place.
    """
    expression = _expression(pattern)
    layers: dict[str, list[Named]] = {}
    for path in sorted(filter(is_image, folder.rglob("*")), key=natural_key):
        match = expression.fullmatch(path.relative_to(folder).as_posix())
        if match is not None:
            named = Named(path, match.groupdict())
            layers.setdefault(named.fields.get("layer", ""), []).append(named)
    if not layers:
        raise NotFoundError(f"no image in {folder} has a name like {pattern}")
    for files in layers.values():
        _check_apart(files)
    return layers


def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w*)\}", pattern)
    fields = parts[1::2]
    if not fields or set(fields) - set(FIELDS) or len(set(fields)) < len(fields):
        known = ", ".join(f"{{{field}}}" for field in FIELDS)
        raise InvalidArgumentError(f"the pattern {pattern!r} has to name some of {known}, each at most once")
    parts[0::2] = map(re.escape, parts[0::2])
    parts[1::2] = [f"(?P<{field}>{FIELDS[field]})" for field in fields]
    return re.compile("".join(parts))


def _check_apart(files: list[Named]) -> None:
    seen: dict[Any, Path] = {}
    for named in files:
        place = tuple(named.number(axis) for axis in "ctxyz")
        if place in seen:
            raise InvalidArgumentError(f"{named.path} and {seen[place]} have the same place in the pattern")
        seen[place] = named.path


def open_pattern(name: str, files: list[Named], found: Scan) -> StackSource:
    """The images side by side, as far apart as their numbers say.

    The smallest numbers are at 0. Channels and timepoints follow each other without gaps.
    """
    check_alike(list(found.images.values()))
    by_path = found.images
    present = [named for named in files if named.path in by_path]
    steps = {
        axis: max(getattr(image, extent) for image in by_path.values()) for axis, extent in EXTENTS.items()
    }
    ranks = {axis: _ranks({named.number(axis) for named in files}, axis) for axis in steps}
    reach = [(max(ranks[axis].values()) + 1) * step for axis, step in steps.items()]
    placed = [
        Placed(
            image=by_path[named.path],
            **{PLACES[axis]: ranks[axis][named.number(axis)] * step for axis, step in steps.items()},
        )
        for named in present
    ]
    return StackSource(name, placed, found.broken, reach if found.broken else (1,) * len(reach))


def _ranks(numbers: set[int], axis: str) -> dict[int, int]:
    ordered = sorted(numbers)
    if axis in "ct":
        return {number: rank for rank, number in enumerate(ordered)}
    return {number: number - ordered[0] for number in ordered}
