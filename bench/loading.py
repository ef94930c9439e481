"""Run one command of ours and say at its end, on stderr, which modules it has loaded."""

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
