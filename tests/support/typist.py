"""Runs a program at a terminal and types: typist.py [PROMPT ANSWER]… -- PROGRAM ARGUMENT….

Each answer is typed once its prompt is there. What the terminal shows goes to stdout, and the exit
code is the program's.
"""
import os
import pty
import sys


def main(arguments):
    split = arguments.index("--")
    answers = list(zip(arguments[0:split:2], arguments[1:split:2]))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(arguments[split + 1], arguments[split + 1:])
    shown = b""
    seen = 0
    while True:
        try:
            got = os.read(terminal, 4096)
        except OSError:  # the program has gone
            break
        if not got:
            break
        shown += got
        if answers and answers[0][0].encode() in shown[seen:]:
            seen = len(shown)
            os.write(terminal, answers.pop(0)[1].encode() + b"\n")
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


sys.exit(main(sys.argv[1:]))
