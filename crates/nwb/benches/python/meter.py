"""What a workload costs, told as `../beside/meter.rs` tells it."""

from __future__ import annotations

import json
import os
import time


class Meter:
    """Runs while what is measured runs."""

    def __init__(self):
        self.processor = time.process_time()
        self.began = time.perf_counter()

    def stop(self):
        self.wall = time.perf_counter() - self.began
        self.processor = time.process_time() - self.processor
        self.peak = peak()
        return self

    def tell(self, digest=None, file=None):
        """Prints the line of JSON that `cargo xtask bench` reads."""
        size = os.path.getsize(file) if file else None
        print(json.dumps({"wall": self.wall, "cpu": self.processor, "peak": self.peak, "digest": digest, "bytes": size}))


def peak() -> int | None:
    """The most memory that this process has had, in bytes; only Linux tells."""
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
            return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return None
