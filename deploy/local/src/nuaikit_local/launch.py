"""Become another program that cannot outlive the one that started it.

Run as `python -I -S launch.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT …]` (UID and GID -1: stay who you are). It is a
program of its own, and not a `preexec_fn`, because code between fork and exec may deadlock in a threaded parent, and
because the kernel forgets the parent-death signal when credentials change: privileges are dropped first.

Standard library only; it must start in milliseconds.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
PARENT_GONE = 70


def main(arguments: list[str]) -> None:
    """Drop privileges, ask for the death signal, and execute the program; never returns."""
    parent, death_signal, uid, gid = (int(word) for word in arguments[:4])
    program = arguments[4:]
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    os.umask(0o077)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    # The parent may have died before the request was in place; then nobody would ever end this process.
    if os.getppid() != parent:
        sys.exit(PARENT_GONE)
    os.execv(program[0], program)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
