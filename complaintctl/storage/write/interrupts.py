"""Ctrl-C while a command ends."""

import signal
import threading


def stop_listening() -> None:
    """Ignore Ctrl-C from now on: the command ends, and somebody who presses it twice is told the truth too."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
