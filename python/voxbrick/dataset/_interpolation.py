"""The names of the ways to downsample, as scripts spell them."""

from __future__ import annotations

from voxbrick.dataset.layer_categories import COLOR_CATEGORY, LayerCategoryType
from voxbrick.errors import UnknownInterpolationError, UnsupportedError

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
