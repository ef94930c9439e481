"""What can go wrong with a casebook on disk, and how it is mended."""
