"""What is done with layers, mags and views: chunks, resampling, rewriting, images."""
