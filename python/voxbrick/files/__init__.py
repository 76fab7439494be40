"""Files and folders as wholes: locks, replacing, staging, what is recorded of work that is done."""
