"""Pictures keep the values that are stored, whatever Pillow would make of them, or are refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image

import voxbrick
from support.image_files import save_slices, voxels
from voxbrick.conversion import Source, open_source
from voxbrick.geometry.grid import whole


def _all_of(source: Source) -> np.ndarray:
    return source.read(whole(source.shape))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_png_of_all_channels_and_types(tmp_path: Path, channels: int, dtype: Any) -> None:
    volume = voxels((channels, 30, 20), np.uint16).astype(dtype) * dtype(150 if dtype == np.uint16 else 1)
    rows = np.ascontiguousarray(volume.transpose(2, 1, 0))
    encoded = imagecodecs.png_encode(rows if channels > 1 else rows[..., 0].copy())
    (tmp_path / "v.png").write_bytes(encoded)
    source = open_source(tmp_path / "v.png")
    assert source.dtype == dtype
    assert_array_equal(_all_of(source)[..., 0], volume)


@pytest.mark.parametrize("bits", [2, 4])
def test_png_of_few_bits(tmp_path: Path, bits: int) -> None:
    """One row of voxels that count up, packed into bytes."""
    row = np.arange(16) % (1 << bits)
    packed = np.packbits((row[:, np.newaxis] >> np.arange(bits)[::-1]) & 1)
    header = struct.pack(">IIBBBBB", 16, 1, bits, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" + packed.tobytes())), (b"IEND", b"")):
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    (tmp_path / "v.png").write_bytes(content)
    assert_array_equal(_all_of(open_source(tmp_path / "v.png"))[0, :, 0, 0], row)


@pytest.mark.parametrize("largest", [100, 255, 4095, 65535])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("binary", [True, False])
def test_netpbm(tmp_path: Path, largest: int, channels: int, binary: bool) -> None:
    dtype = np.uint8 if largest < 256 else np.uint16
    volume = np.random.default_rng(0).integers(0, largest, (channels, 30, 20)).astype(dtype)
    rows = volume.transpose(2, 1, 0)
    kind = (2 if channels == 1 else 3) + 3 * binary
    body = (
        rows.astype(">u2" if largest > 255 else "u1").tobytes()
        if binary
        else " ".join(map(str, rows.ravel()))
    )
    path = tmp_path / ("v.pgm" if channels == 1 else "v.ppm")
    header = f"P{kind}\n# made by hand\n30 20\n{largest}\n".encode()
    path.write_bytes(header + (body if isinstance(body, bytes) else body.encode()))
    source = open_source(path)
    assert source.dtype == dtype
    assert_array_equal(_all_of(source)[..., 0], volume)


def test_a_netpbm_that_is_cut_off_is_broken(tmp_path: Path) -> None:
    (tmp_path / "v.pgm").write_bytes(b"P5 30 20 255\n" + bytes(599))
    with pytest.raises(voxbrick.CorruptDataError, match=r"v\.pgm"):
        _all_of(open_source(tmp_path / "v.pgm"))


@pytest.mark.parametrize(
    ("name", "message"),
    [("v.png", "animation of 3"), ("v.webp", "animation of 3"), ("v.pgm", "more than one")],
)
def test_files_of_several_pictures_are_refused(tmp_path: Path, name: str, message: str) -> None:
    """Only the first of them would be read."""
    first, *others = (Image.fromarray(picture) for picture in voxels((3, 20, 30)))
    if name == "v.pgm":
        for picture in (first, *others):
            picture.save(tmp_path / "one.pgm")
            with (tmp_path / name).open("ab") as file:
                file.write((tmp_path / "one.pgm").read_bytes())
        (tmp_path / "one.pgm").unlink()
    else:
        first.save(tmp_path / name, save_all=True, append_images=others)
    for path in (tmp_path / name, tmp_path):
        with pytest.raises(voxbrick.UnsupportedError, match=rf"{name} .*{message}"):
            open_source(path)


def test_colours_for_printers_are_refused(tmp_path: Path) -> None:
    Image.fromarray(voxels((20, 30, 3))).convert("CMYK").save(tmp_path / "v.jpg")
    with pytest.raises(voxbrick.UnsupportedError, match=r"v\.jpg holds colours as CMYK"):
        open_source(tmp_path / "v.jpg")


@pytest.mark.parametrize(
    ("dtype", "channels", "fits"), [("u1", 1, True), ("u1", 3, True), ("u2", 1, True), ("u2", 3, False)]
)
def test_jpeg_2000(tmp_path: Path, dtype: str, channels: int, fits: bool) -> None:
    rows = voxels((40, 30, channels), dtype) * np.dtype(dtype).type(1)
    encoded = imagecodecs.jpeg2k_encode(np.squeeze(rows), level=0, codecformat="jp2")
    (tmp_path / "v.jp2").write_bytes(encoded)
    if fits:
        assert_array_equal(_all_of(open_source(tmp_path / "v.jp2"))[..., 0], rows.T)
    else:
        with pytest.raises(voxbrick.UnsupportedError, match=r"v\.jp2 has 3 channels of \[16\] bits"):
            open_source(tmp_path / "v.jp2")


def test_pictures_of_any_extent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", 10)
    volume = voxels((1, 90, 80, 2))
    save_slices(tmp_path, volume, ".png")
    assert_array_equal(_all_of(open_source(tmp_path)), volume)
