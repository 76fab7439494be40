"""What is done with layers, mags and views: chunks, resampling, rewriting, images."""

# As long as some operations name the classes of datasets, these are imported first, whoever comes before:
# a worker of a pool begins with what it is sent.
import voxbrick.dataset as dataset  # noqa: F401
