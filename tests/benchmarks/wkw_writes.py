"""How fast is a whole WKW volume written, from either memory order, and how large does it get?"""

from pathlib import Path
from tempfile import TemporaryDirectory

from engines import write_wkw_voxbrick, write_wkw_wkw
from harness import Row, folder_bytes
from volumes import em, labels
from whole import write_whole

TARGETS = [
    ("lz4hc", em, "F", 1.85),
    ("lz4hc", em, "C", 1.85),
    ("lz4hc", labels, "F", 2.5),
    ("raw", em, "F", 1.0),
    ("raw", em, "C", 2.5),
]


def label_sizes(folder: Path) -> str:
    with TemporaryDirectory(dir=folder) as scratch:
        sizes = []
        for name, write in [("ours", write_wkw_voxbrick), ("theirs", write_wkw_wkw)]:
            write(Path(scratch, name), labels(folder), "lz4hc")
            sizes.append(folder_bytes(Path(scratch, name)))
    return f"    files {sizes[0]} bytes, the peer's {sizes[1]}: {sizes[0] / sizes[1] - 1:+.1%}, limit +5 %\n"


ROWS = [
    Row(
        f"wkw-{codec}: write {volume.__name__}, {order} source",
        {
            "voxbrick": write_whole(write_wkw_voxbrick, "wkw", volume, order, codec),
            "wkw": write_whole(write_wkw_wkw, "wkw", volume, order, codec),
        },
        lambda folder, volume=volume: volume(folder),
        "wkw",
        target,
        notes=label_sizes if volume is labels else lambda folder: "",
    )
    for codec, volume, order, target in TARGETS
]
