"""How layers and datasets are first shown; all of it is optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attr

from voxbrick.utils import snake_to_camel_case

if TYPE_CHECKING:
    from typing_extensions import Self


class _ViewConfiguration:
    """Members that are None are not written; in JSON the names are in camel case."""

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> Self:
        """Of a JSON object, whose other keys are passed over."""
        keys = cls.json_keys()
        return cls(**{keys[key]: _frozen(value) for key, value in members.items() if key in keys})

    def to_json(self) -> dict[str, Any]:
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


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@attr.define
class LayerViewConfiguration(_ViewConfiguration):
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


@attr.define
class DatasetViewConfiguration(_ViewConfiguration):
    """How a dataset is first shown."""

    four_bit: bool | None = None
    interpolation: bool | None = None
    render_missing_data_black: bool | None = None
    loading_strategy: str | None = None
    segmentation_pattern_opacity: int | None = None
    zoom: float | None = None
    position: tuple[int, int, int] | None = None
    rotation: tuple[int, int, int] | None = None
