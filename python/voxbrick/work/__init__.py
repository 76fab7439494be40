"""One job for many numbers, on any executor."""
