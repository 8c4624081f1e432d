"""What runs a submitted notebook: a script in a process of its own, which is not trusted.

It lies beside a students' copy of spikelib, so there is no reference answer in its reach. It gets
one line of JSON a request on its standard input and answers with lines on its standard output:
first it runs the notebook's cells, then it calls functions that the notebook has defined.
Grades are given elsewhere, from what the functions return.
"""

import json
import os
import signal
import sys

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
STARTS = {"os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "subprocess.Popen",
          "pty.spawn"}
CHANGES = {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink",
           "os.truncate", "shutil.rmtree", "shutil.move", "sqlite3.connect"}
CONNECTS = {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}


class Barrier:
    """What a notebook may not do is stopped, and told; once set, it stays."""

    def __init__(self, home, withheld, say):
        self.home = os.path.realpath(home)
        self.withheld = [os.path.realpath(path) for path in withheld]
        self.say = say

    def __call__(self, event, arguments):
        """The audit hook."""
        if event == "open":
            self._open(*arguments)
        elif event in STARTS:
            self._stop("starts another process", event)
        elif event in CONNECTS:
            raise PermissionError("there is no network while a notebook is graded")
        elif event in CHANGES:
            for path in arguments[:2]:
                if isinstance(path, (str, bytes)) and path and not self._own(path):
                    self._stop("writes outside its folder", os.fsdecode(path))

    def _open(self, path, mode, flags):
        if isinstance(path, int) or path is None:
            return
        path = os.fsdecode(path)
        writes = bool(flags & WRITES) or any(letter in (mode or "") for letter in "wax+")
        if writes and not self._own(path):
            self._stop("writes outside its folder", path)
        if any(_below(path, folder) for folder in self.withheld):
            self._stop("reads what students do not get", path)

    def _own(self, path):
        return path in (os.devnull, ":memory:") or _below(path, self.home)

    def _stop(self, what, which):
        self.say(forbidden=what, detail=str(which)[:200])
        raise PermissionError(f"a submitted notebook may not do this: it {what} ({which})")


def _below(path, folder):
    path = os.path.realpath(path)
    return path == folder or path.startswith(folder + os.sep)


def main():
    """Run a notebook, then answer calls until the input ends."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    own, null = os.getpid(), os.open(os.devnull, os.O_RDWR)
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    for number in (0, 1, 2):
        os.dup2(null, number)

    def say(**message):
        if os.getpid() == own:
            channel.write(json.dumps(message) + "\n")
            channel.flush()

    order = json.loads(requests.readline())
    from IPython.core.interactiveshell import InteractiveShell

    from spikelib.book.exercises._recorded import decode, encode

    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False

    def late(*_):
        raise TimeoutError(f"still running after {order['seconds']} s")

    def timed(seconds):
        """Time of the processor, and four times that of the clock, for what waits."""
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 4 * seconds)

    signal.signal(signal.SIGALRM, late)
    signal.signal(signal.SIGPROF, late)
    sys.addaudithook(Barrier(order["home"], order["withheld"], say))
    say(ready=True)
    for index, source in order["cells"]:
        timed(order["seconds"])
        try:
            result = shell.run_cell(source, store_history=False, silent=True)
            error = result.error_before_exec or result.error_in_exec
        except BaseException as raised:
            error = raised
        timed(0)
        if os.getpid() != own:
            os._exit(0)  # a copy that a cell has made by whatever way
        if error is not None:
            say(cell=index, error=f"{type(error).__name__}: {error}"[:500])
    names = [name for name in order["names"] if callable(shell.user_ns.get(name))]
    say(ran=True, names=names)
    for line in requests:
        call = json.loads(line)
        answer = shell.user_ns.get(call["call"])
        answer = getattr(answer, "written_by_reader", answer)
        arguments = [decode(each) for each in call["arguments"]]
        timed(order["seconds"])
        try:
            result = answer(*arguments)
            timed(0)
            if result is Ellipsis:
                result = None
            reply = {"result": encode(result), "arguments": [encode(each) for each in arguments]}
        except BaseException as error:
            timed(0)
            reply = {"error": [type(error).__name__, str(error)[:500]]}
        if os.getpid() != own:
            os._exit(0)
        say(**reply)


if __name__ == "__main__":
    main()
