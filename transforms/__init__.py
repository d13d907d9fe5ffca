"""What the bytes say: pure functions from published bytes to tidy polars frames. No network, no files, no clock."""
