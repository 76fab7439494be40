"""What a layer shows: colors, or segments."""

from __future__ import annotations

from typing import Literal, TypeAlias

LayerCategoryType: TypeAlias = Literal["color", "segmentation"]

COLOR_CATEGORY: LayerCategoryType = "color"
SEGMENTATION_CATEGORY: LayerCategoryType = "segmentation"
