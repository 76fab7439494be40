"""acquire-zarr, which only writes."""

import acquire_zarr as acquire
import numpy as np


def write(path, voxels, axes, chunk, chunks_per_shard, codec, multiscale=False):
    """Appends an array frame by frame."""
    data = np.load(voxels)
    kinds = {"t": "TIME", "c": "CHANNEL"}
    dimensions = [
        acquire.Dimension(
            name=axis,
            kind=getattr(acquire.DimensionType, kinds.get(axis, "SPACE")),
            array_size_px=extent,
            chunk_size_px=step,
            shard_size_chunks=count,
            unit="nanometer" if axis in "xyz" else None,
            scale={"z": 40.0}.get(axis, 4.0) if axis in "xyz" else 1.0,
        )
        for axis, extent, step, count in zip(axes, data.shape, chunk, chunks_per_shard, strict=True)
    ]
    settings = acquire.ArraySettings(
        dimensions=dimensions,
        data_type=getattr(acquire.DataType, data.dtype.name.upper()),
        is_ngff=multiscale,
    )
    if codec:
        settings.compression = acquire.CompressionSettings(
            compressor=getattr(acquire.Compressor, "ZSTD" if codec == "ZSTD" else "BLOSC1"),
            codec=getattr(acquire.CompressionCodec, codec),
            level=1,
            shuffle=0 if codec == "ZSTD" else 1,
        )
    if multiscale:
        settings.downsampling_method = acquire.DownsamplingMethod.MEAN
    stream = acquire.ZarrStream(
        acquire.StreamSettings(store_path=path, arrays=[settings], version=acquire.ZarrVersion.V3)
    )
    stream.append(data)
    stream.close()
