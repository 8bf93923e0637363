"""What breaks a worker of a pool; apart, because each worker imports the module of what it runs."""

import os
import signal
import time
from dataclasses import dataclass

from flows.document_parser import DocumentParser, Parsed


def be(what: str) -> str:
    """Behave in a worker as a page may make a parser behave."""
    match what:
        case "spin":
            while True:
                pass
        case "spin in a library":
            pow(3, 10**9)
        case "wait":
            time.sleep(1.1)  # more than the processor's time that it has
        case "sleep":
            signal.pause()
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "memory":
            return str(len(bytearray(1 << 32)))
        case "ask":
            return str(os.getpid())
    return what


def take_half(seconds: float) -> str:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "done"


@dataclass(frozen=True, slots=True)
class Breaking(DocumentParser):
    """Reads pages, but those whose address names a way to break."""

    def read(self, thing) -> Parsed:
        be(thing.key.rpartition("/")[2])
        return DocumentParser.read(self, thing)
