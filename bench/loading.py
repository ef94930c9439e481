"""Run one complaintctl command and print the loaded modules to stderr when it ends."""

import atexit
import sys

MARK = "loaded: "


def _say() -> None:
    sys.stderr.write("".join(f"{MARK}{name}\n" for name in sorted(sys.modules)))


if __name__ == "__main__":
    from complaintctl.cli import main

    atexit.register(_say)
    sys.argv[0] = "complaintctl"
    main()
