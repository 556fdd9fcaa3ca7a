"""Ties a process to the one that started it, so that none is left over."""

import ctypes
import multiprocessing
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Have the system end this process when its parent ends, however that ends.

    A killed parent cannot notify anybody, and a pool's processes wait forever for
    work that no longer comes.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        os._exit(1)  # it ended before it was asked for
