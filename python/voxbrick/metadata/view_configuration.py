"""How layers and datasets are first shown; all of it is optional."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attr

from voxbrick._support import snake_to_camel_case
from voxbrick.errors import InvalidArgumentError

if TYPE_CHECKING:
    from typing_extensions import Self


def _plain(value: Any) -> Any:
    """As JSON can say it and as it is read again: no scalars of numpy, and tuples for lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(map(_plain, value))
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if not (value is None or isinstance(value, (str, int, float))):
        raise InvalidArgumentError(f"a view configuration cannot hold {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidArgumentError(f"a view configuration cannot hold {value}, as JSON has no such number")
    return value


def _with_plain_values(_: type, fields: list[attr.Attribute[Any]]) -> list[attr.Attribute[Any]]:
    return [field.evolve(converter=_plain) for field in fields]


class ViewConfiguration:
    """Members that are None are not written; in JSON the names are in camel case.

    The reference writes those of datasets in snake case, so both are read.
    """

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Self:
        """Of a JSON object; other keys, and values that cannot be, are passed over."""
        view = cls()
        for key, name in cls.json_keys().items():
            value = members.get(key)
            with suppress(InvalidArgumentError):
                setattr(view, name, members.get(name) if value is None else value)
        return view

    def to_json(self) -> dict[str, Any]:
        """What is not None, by the names that JSON has for it."""
        values = {key: getattr(self, name) for key, name in self.json_keys().items()}
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in values.items()
            if value is not None
        }

    @classmethod
    def json_keys(cls) -> dict[str, str]:
        """The names of the members by their keys in JSON."""
        names = [field.name for field in attr.fields(cls)]  # type: ignore[arg-type]
        return {snake_to_camel_case(name): name for name in names}


@attr.define(field_transformer=_with_plain_values)
class LayerViewConfiguration(ViewConfiguration):
    """How a layer is first shown."""

    color: tuple[int, int, int] | None = None
    alpha: float | None = None
    intensity_range: tuple[float, float] | None = None
    min: float | None = None
    max: float | None = None
    is_disabled: bool | None = None
    is_inverted: bool | None = None
    is_in_edit_mode: bool | None = None
    mapping: dict[str, str] | None = None


@attr.define(field_transformer=_with_plain_values)
class DatasetViewConfiguration(ViewConfiguration):
    """How a dataset is first shown."""

    four_bit: bool | None = None
    interpolation: bool | None = None
    render_missing_data_black: bool | None = None
    loading_strategy: str | None = None
    segmentation_pattern_opacity: int | None = None
    zoom: float | None = None
    position: tuple[int, int, int] | None = None
    rotation: tuple[int, int, int] | None = None
