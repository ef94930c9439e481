"""Files as such: atomic writes, files of strangers."""
