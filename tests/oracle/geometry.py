# ruff: noqa: B015, B905, RUF007
"""Vectors, mags and boxes: the public names, and what the methods make of many values."""

import numpy as np
import webknossos as wk

KINDS = [wk.VecInt, wk.Vec3Int, wk.Mag, wk.BoundingBox, wk.NDBoundingBox]
rng = np.random.default_rng(0)
vecs = [wk.Vec3Int(row) for row in rng.integers(-20, 20, (40, 3))]
counts = [wk.Vec3Int(row) for row in rng.integers(1, 9, (40, 3))]
mags = [wk.Mag(1), wk.Mag(2), wk.Mag("2-2-1"), wk.Mag("4-4-2"), wk.Mag(8)]
boxes = [wk.BoundingBox(vec, count * 3) for vec, count in zip(vecs, counts)]
axes = {"axes": ("t", "x", "y", "z"), "index": (1, 2, 3, 4)}
films = [wk.NDBoundingBox((vec.x, *vec), (count.y, *count), **axes) for vec, count in zip(vecs, counts)]
pairs = list(zip(boxes, boxes[1:]))


def public(kind):
    return sorted(name for name in dir(kind) if not name.startswith("_"))


# differs: further axes of VecInt have names here, and all kinds know the factors of a mag
[public(kind) for kind in KINDS]
[name for kind in KINDS for name in public(kind) if name not in ("axes", "factors_of")]

# Vectors.
[(-vec, vec + 3, vec - count, vec * 2, vec // count, vec % count) for vec, count in zip(vecs, counts)]
[vec.ceildiv(count) for vec, count in zip(vecs, counts)]
[(vec.pairmax(count), vec.pairmin(count), vec.prod()) for vec, count in zip(vecs, counts)]
[(vec.is_positive(), vec.is_positive(strictly_positive=True), vec.is_uniform()) for vec in vecs]
[(vec.contains(0), vec.to_list(), vec.to_tuple(), vec.to_np()) for vec in vecs]
[(vec.moveaxis(0, 2), vec.moveaxis(2, 0), vec.with_replaced(1, 7)) for vec in vecs]
[(vec.with_x(1), vec.with_y(2), vec.with_z(3), vec.x, vec.y, vec.z) for vec in vecs]
[(vec.add_or_none(None), vec.add_or_none(count)) for vec, count in zip(vecs, counts)]
[vec == tuple(vec) and hash(vec) == hash(tuple(vec)) for vec in vecs]
(wk.Vec3Int.full(4), wk.Vec3Int.zeros(), wk.Vec3Int.ones(), wk.Vec3Int.from_xyz(1, 2, 3))
(wk.Vec3Int.from_vec_or_int(3), wk.Vec3Int.from_vec3_float((1.9, 2.1, -1.5)))
# differs: spaces are understood
wk.Vec3Int.from_str("(1, 2, 3)")
wk.Vec3Int.from_str("(1,2,3)")
sorted(vecs)
wk.Vec3Int(1, 2)
wk.Vec3Int(5)
vecs[0] / 2
(wk.VecInt(1, 2, axes=("x", "t")), wk.VecInt(x=1, t=2) + 1, wk.VecInt([1, 2], axes=("x", "t")).axes)
wk.VecInt(1, 2)
wk.VecInt(1, 2, axes=("x", "t")) + wk.VecInt(1, 2, 3, axes=("x", "y", "z"))

# Mags.
[(str(mag), mag.to_layer_name(), mag.to_long_layer_name(), repr(mag)) for mag in mags]
[(mag.x, mag.y, mag.z, mag.max_dim, mag.max_dim_log2, mag.to_list(), mag.to_tuple()) for mag in mags]
[mag.to_vec3_int() for mag in mags]
[[(one < two, one <= two, one == two, one >= two) for one in mags] for two in mags]
# differs: mags with the same largest factor are not greater than each other
wk.Mag("2-2-1") > wk.Mag(2)
[(mag * 2, vec * mag) for mag, vec in zip(mags, vecs)]
[mag // 2 for mag in (wk.Mag(4), wk.Mag("8-8-2"))]
wk.Mag(1) // 2
[wk.Mag(text) for text in (2, "2", "2-2-1", (4, 4, 1), [2, 2, 2], np.array([8, 8, 4]), wk.Vec3Int(1, 2, 4))]
wk.Mag(3)
wk.Mag(0)
wk.Mag("2-2")
wk.Mag((2, 2))
(wk.Mag(2) == 2, wk.Mag(2) == "2", wk.Mag(2) == (2, 2, 2), len({wk.Mag(2), wk.Mag("2-2-2")}))

# Boxes.
[(box.topleft, box.size, box.bottomright, box.volume(), box.is_empty(), str(box)) for box in boxes]
[(one.contains_bbox(two), one.contains(two.topleft), one.extended_by(two)) for one, two in pairs]
[one.intersected_with(two, dont_assert=True) for one, two in pairs]
wk.BoundingBox((0, 0, 0), (1, 1, 1)).intersected_with(wk.BoundingBox((5, 5, 5), (1, 1, 1)))
[box.align_with_mag(mag, ceil=True) for box in boxes for mag in mags]
[box.align_with_mag(mag, ceil=True).in_mag(mag) for box in boxes for mag in mags]
[box.from_mag_to_mag1(mag) for box in boxes for mag in mags]
[wk.BoundingBox(box.topleft * 8, box.size * 8).align_with_mag(mag) for box in boxes for mag in mags]
wk.BoundingBox((1, 0, 0), (3, 3, 3)).in_mag(wk.Mag(2))
wk.BoundingBox((10, 10, 10), (-5, 5, 5))
[box.padded_with_margins(count, vec * vec) for box, count, vec in zip(boxes, counts, vecs)]
[(box.offset(vec), box.with_topleft(vec), box.with_size(vec)) for box, vec in zip(boxes, vecs)]
[box.with_bottomright(box.bottomright + count) for box, count in zip(boxes, counts)]
[(box.with_bounds_x(3, 4), box.with_bounds_y(3), box.with_bounds_z(new_size_z=4)) for box in boxes]
[(box.get_bounds("x"), box.get_shape("y")) for box in boxes]
[list(box.chunk(count)) for box, count in zip(boxes, counts)]
[list(box.chunk(count, count)) for box, count in zip(boxes, counts)]
list(boxes[0].chunk((4, 4, 4), (3, 3, 3)))
inside = [box.offset((20, 20, 20)) for box in boxes]
[box.to_slices() for box in inside]
# differs: a negative index would count from the end of the array
[box.to_slices() for box in boxes]
[wk.BoundingBox.from_wkw_dict(box.to_wkw_dict()) for box in boxes]
[(box.to_wkw_dict(), box.to_config_dict(), box.to_csv(), box.to_tuple6()) for box in boxes]
names = [box.to_checkpoint_name() for box in inside]
[(name, wk.BoundingBox.from_checkpoint_name(f"a_{name}")) for name in names]
# differs: negative coordinates are understood
wk.BoundingBox.from_checkpoint_name("-1_2_3_4_5_6")
[wk.BoundingBox.from_tuple6(box.to_tuple6()) == box for box in boxes]
[wk.BoundingBox.from_csv(box.to_csv()) == box for box in boxes]
[wk.BoundingBox.from_points([one.topleft, two.topleft]) for one, two in pairs]
[
    wk.BoundingBox.from_auto(made)
    for made in (boxes[0], "1,2,3,4,5,6", boxes[1].to_wkw_dict(), boxes[2].to_config_dict())
]
wk.BoundingBox.from_auto(5)
wk.BoundingBox.empty()
wk.BoundingBox.empty().extended_by(boxes[0])
groups = wk.BoundingBox.group_boxes_with_aligned_mag(boxes, wk.Mag(4))
list(groups.items())
(
    boxes[0].with_name("one").name,
    boxes[0].with_is_visible(False).is_visible,
    boxes[0].with_color((1, 0, 0, 1)).color,
)
boxes[0] == boxes[0].with_name("one")
[boxes[0].slice_array(np.arange(8000).reshape(20, 20, 20)).shape, len(boxes[0])]

# Boxes with more axes.
[(film.axes, film.topleft_xyz, film.size_xyz, film.bottomright_xyz, film.index_xyz) for film in films]
[(tuple(film.bottomright), film.volume(), film.to_wkw_dict()) for film in films]
[str(film.align_with_mag(mag, ceil=True)) for film in films for mag in mags]
[str(film.from_mag_to_mag1(mag)) for film in films for mag in mags]
[str(one.extended_by(two)) for one, two in zip(films, films[1:])]
[str(one.intersected_with(two, dont_assert=True)) for one, two in zip(films, films[1:])]
[(film.get_bounds("t"), str(film.with_bounds("t", 1, 2))) for film in films]
[str(film.offset(vec)) for film, vec in zip(films, vecs)]
[[str(chunk) for chunk in film.chunk((4, 4, 4))] for film in films[:5]]
[str(film.with_topleft_xyz(vec)) for film, vec in zip(films, vecs)]
[str(film.with_size_xyz(count)) for film, count in zip(films, counts)]
films[0].extended_by(boxes[0])
