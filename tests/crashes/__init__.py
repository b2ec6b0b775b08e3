"""What dies while it sends: at every system call that writes, and at every exchange with Amazon."""
