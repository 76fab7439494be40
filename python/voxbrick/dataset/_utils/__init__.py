"""Writing and reading slice by slice."""
