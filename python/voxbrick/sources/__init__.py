"""What voxels can be read from: arrays, volumes in one file, images."""
