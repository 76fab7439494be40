"""Few rows that try every pair of values together, instead of the product of everything."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

Value = tuple[str, int]  # a factor, and the place of one of its values


def all_pairs(factors: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of one value for each factor; every two values of two factors meet in some row."""
    values = {factor: [(factor, place) for place in range(len(factors[factor]))] for factor in factors}
    missing = dict.fromkeys(
        frozenset(pair)
        for one, other in itertools.combinations(values, 2)
        for pair in itertools.product(values[one], values[other])
    )
    rows = []
    while missing:
        row = list(next(iter(missing)))
        for factor in [factor for factor in factors if factor not in dict(row)]:
            turn = len(rows) % len(values[factor])  # where nothing is missing, values take turns
            turned = values[factor][turn:] + values[factor][:turn]
            row.append(max(turned, key=lambda value: _gain(row, value, missing)))
        for pair in itertools.combinations(row, 2):
            missing.pop(frozenset(pair), None)
        rows.append({factor: factors[factor][place] for factor, place in sorted(row)})
    return rows


def _gain(row: list[Value], value: Value, missing: Mapping[frozenset[Value], None]) -> int:
    return sum(frozenset((other, value)) in missing for other in row)
