"""Runs a command in a terminal of 80 columns, types TYPED once AWAITED shows, and prints all that the terminal showed."""

import fcntl
import os
import pty
import struct
import sys
import termios

typed = os.environ.pop('TYPED').encode()
awaited = os.environ.pop('AWAITED').encode()

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])

fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
shown = b''
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        # Linux says so when the child has closed its end.
        part = b''
    if part == b'':
        break
    shown += part
    if typed and awaited in shown:
        os.write(terminal, typed + b'\r')
        typed = b''
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
