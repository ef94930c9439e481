"""The reference: read every file of a folder with PyYAML's C loader, and do nothing else."""

import os
import sys

import yaml

if __name__ == "__main__":
    with os.scandir(sys.argv[1]) as entries:
        for path in sorted(entry.path for entry in entries):
            with open(path, "rb") as file:  # noqa: PTH123 - the plainest way there is
                yaml.load(file, Loader=yaml.CSafeLoader)
