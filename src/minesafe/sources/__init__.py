"""What the mine's devices say, as batches: each source turns one dialect's bytes into columns."""
