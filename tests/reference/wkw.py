"""WKW files in numpy: whole files, one block after the other."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import lz4.block
import numpy as np

from reference.cells import cells

RAW, LZ4, LZ4HC = 1, 2, 3
MODES = {LZ4: {"mode": "default"}, LZ4HC: {"mode": "high_compression", "compression": 9}}
NAMES = [
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
]
DTYPES = {code: np.dtype(name) for code, name in enumerate(NAMES, start=1)}
CODES = {dtype: code for code, dtype in DTYPES.items()}


@dataclass(frozen=True)
class Header:
    dtype: np.dtype
    channels: int = 1
    block_len: int = 32
    file_len: int = 32
    block_type: int = RAW
    data_offset: int = 0

    @staticmethod
    def parse(raw: bytes) -> Header:
        magic, version, lengths, block_type, voxel_type, voxel_size, data_offset = struct.unpack(
            "<3s5BQ", raw[:16]
        )
        if magic != b"WKW" or version != 1 or block_type not in (RAW, LZ4, LZ4HC):
            raise ValueError(f"not a WKW header: {raw[:16]!r}")
        dtype = DTYPES[voxel_type]
        channels, rest = divmod(voxel_size, dtype.itemsize)
        if rest or not channels:
            raise ValueError(f"voxel size {voxel_size} does not hold elements of {dtype}")
        return Header(dtype, channels, 1 << (lengths & 15), 1 << (lengths >> 4), block_type, data_offset)

    def pack(self) -> bytes:
        lengths = (self.file_len.bit_length() - 1) << 4 | (self.block_len.bit_length() - 1)
        voxel_size = self.channels * self.dtype.itemsize
        return struct.pack(
            "<3s5BQ",
            b"WKW",
            1,
            lengths,
            self.block_type,
            CODES[self.dtype],
            voxel_size,
            self.data_offset,
        )

    @property
    def block_shape(self) -> tuple[int, ...]:
        return (self.channels, *[self.block_len] * 3)

    @property
    def file_shape(self) -> tuple[int, ...]:
        return (self.channels, *[self.block_len * self.file_len] * 3)

    @property
    def block_bytes(self) -> int:
        return self.channels * self.dtype.itemsize * self.block_len**3

    @property
    def blocks(self) -> int:
        return self.file_len**3


def read(root: Path, origin: Sequence[int], shape: Sequence[int]) -> np.ndarray:
    """The box (c, x, y, z); what is not stored is zero."""
    header = read_header(root)
    out = np.zeros(shape, header.dtype)
    for file, inside, target in cells(origin, shape, header.file_shape):
        path = file_path(root, file)
        if path.exists():
            out[target] = _read_file(path, header)[inside]
    return out


def write(root: Path, header: Header, origin: Sequence[int], data: np.ndarray) -> None:
    """Stores the box, keeping what the files it touches held before."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "header.wkw").write_bytes(header.pack())
    for file, inside, target in cells(origin, data.shape, header.file_shape):
        path = file_path(root, file)
        cube = _read_file(path, header) if path.exists() else np.zeros(header.file_shape, header.dtype)
        cube[inside] = data[target]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_file_bytes(header, cube))


def read_header(root: Path) -> Header:
    return Header.parse((root / "header.wkw").read_bytes())


def file_path(root: Path, file: Sequence[int]) -> Path:
    _, x, y, z = file
    return root / f"z{z}" / f"y{y}" / f"x{x}.wkw"


def morton(x: int, y: int, z: int) -> int:
    """The bits of the three coordinates interleaved, x lowest."""
    return sum(
        (x >> k & 1) << 3 * k | (y >> k & 1) << 3 * k + 1 | (z >> k & 1) << 3 * k + 2 for k in range(16)
    )


def _read_file(path: Path, expected: Header) -> np.ndarray:
    raw = path.read_bytes()
    header = Header.parse(raw)
    if replace(header, block_type=0, data_offset=0) != replace(expected, block_type=0, data_offset=0):
        raise ValueError(f"{path} holds {header}, its array {expected}")
    blocks = _raw_blocks(raw, header) if header.block_type == RAW else _lz4_blocks(raw, header)
    cube = np.zeros(header.file_shape, header.dtype)
    for block, inside, target in cells((0, 0, 0, 0), header.file_shape, header.block_shape):
        voxels = np.frombuffer(blocks[morton(*block[1:])], header.dtype.newbyteorder("<"))
        cube[target] = voxels.reshape(header.block_shape, order="F")[inside]
    return cube


def _raw_blocks(raw: bytes, header: Header) -> list[bytes]:
    starts = [header.data_offset + i * header.block_bytes for i in range(header.blocks)]
    return [raw[start : start + header.block_bytes] for start in starts]


def _lz4_blocks(raw: bytes, header: Header) -> list[bytes]:
    ends = struct.unpack_from(f"<{header.blocks}Q", raw, 16)
    starts = (header.data_offset, *ends[:-1])
    if header.data_offset < 16 + 8 * header.blocks or ends[-1] > len(raw):
        raise ValueError("the jump table points outside the data")
    return [
        _exactly(lz4.block.decompress(raw[start:end], uncompressed_size=header.block_bytes), header)
        for start, end in zip(starts, ends, strict=True)
    ]


def _exactly(block: bytes, header: Header) -> bytes:
    if len(block) != header.block_bytes:
        raise ValueError(f"a block has {len(block)} bytes instead of {header.block_bytes}")
    return block


def _file_bytes(header: Header, cube: np.ndarray) -> bytes:
    blocks = [b""] * header.blocks
    for block, _, target in cells((0, 0, 0, 0), header.file_shape, header.block_shape):
        voxels = cube[target].astype(header.dtype.newbyteorder("<"))
        blocks[morton(*block[1:])] = voxels.tobytes(order="F")
    if header.block_type == RAW:
        return replace(header, data_offset=16).pack() + b"".join(blocks)
    packed = [lz4.block.compress(block, store_size=False, **MODES[header.block_type]) for block in blocks]
    first = 16 + 8 * header.blocks
    ends = first + np.cumsum([len(block) for block in packed])
    table = ends.astype("<u8").tobytes()
    return replace(header, data_offset=first).pack() + table + b"".join(packed)
