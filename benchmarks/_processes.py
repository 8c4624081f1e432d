"""Processes of a browser that this program started: their time, and how to slow them down."""

import os
import signal
import threading
import time
from pathlib import Path

PERIOD = 0.02  # seconds from one stop to the next


def descendants():
    """Numbers of all processes below this one, and their command lines."""
    parents, commands = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
            commands[int(entry.name)] = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {}
    for process in parents:
        above = process
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid() and process != above:
            found[process] = commands[process]
    return found


def renderers():
    """Those in which pages and their workers run."""
    return [process for process, command in descendants().items() if "--type=renderer" in command]


def processor_seconds(processes):
    """Processor time that the processes have used so far."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Slowed:
    """While this is open, processes run one part in `times` of the time: pages and workers alike.

    A browser's own throttling (``Emulation.setCPUThrottlingRate``) slows the main thread of a page
    only, and a network is trained in a worker.

    Parameters
    ----------
    processes : sequence of int
    times : float
    """

    def __init__(self, processes, times):
        self.processes, self.times, self.over = processes, times, threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _send(self, what):
        for process in self.processes:
            try:
                os.kill(process, what)
            except ProcessLookupError:
                self.over.set()

    def _run(self):
        while not self.over.is_set():
            self._send(signal.SIGSTOP)
            time.sleep(PERIOD * (1 - 1 / self.times))
            self._send(signal.SIGCONT)
            time.sleep(PERIOD / self.times)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        self.thread.join()
        self._send(signal.SIGCONT)
