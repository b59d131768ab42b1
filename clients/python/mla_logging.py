# SPDX-License-Identifier: Apache-2.0
"""Sends the records of Python's logging to MLA's log collector, as JSON lines over TCP."""

import json
import logging
import os
import queue
import socket
import sys
import threading
import time
from datetime import datetime, timezone

__all__ = ["MlaHandler"]

_PRIORITIES = (
    (60, "ALERT"),
    (50, "CRITICAL"),
    (40, "ERROR"),
    (30, "WARNING"),
    (25, "NOTICE"),
    (20, "INFO"),
    (10, "DEBUG"),
)


def _priority(level):
    return next((name for least, name in _PRIORITIES if level >= least), "TRACE")


class MlaHandler(logging.Handler):
    """Never blocks the caller: a thread sends what a bounded queue holds."""

    def __init__(self, host="127.0.0.1", port=5170, process=None, audience=None, capacity=10_000):
        super().__init__()
        self._address = (host, port)
        self._process = process or os.path.basename(sys.argv[0]) or "python"
        self._audience = audience
        self._hostname = socket.gethostname()
        self._queue = queue.Queue(capacity)
        self._lost = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mla-logging", daemon=True)
        self._thread.start()

    def emit(self, record):
        try:
            line = self._line(record)
        except Exception:
            self.handleError(record)
            return
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            self._lost += 1

    def _line(self, record):
        message = record.getMessage()
        if record.exc_info:
            message += "\n" + (self.formatter or logging.Formatter()).formatException(record.exc_info)
        entry = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="microseconds"),
            "priority": _priority(record.levelno),
            "message": message,
            "host": self._hostname,
            "process": self._process,
            "thread": record.threadName,
            "file": record.pathname,
            "line": record.lineno,
            "routine": record.funcName,
            "logger": record.name,
            "pid": record.process,
        }
        audience = getattr(record, "audience", self._audience)
        if audience:
            entry["audience"] = audience
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            entry.update((str(name), value) for name, value in fields.items() if name not in entry)
        return json.dumps(entry, default=str).encode("utf-8") + b"\n"

    def _run(self):
        connection = None
        line = None
        delay = 0.1
        while True:
            if line is None:
                try:
                    line = self._queue.get(timeout=0.1)
                except queue.Empty:
                    if self._closing.is_set():
                        break
                    continue
            try:
                if connection is None:
                    connection = socket.create_connection(self._address, timeout=5)
                    delay = 0.1
                    line = self._told_loss() + line
                connection.sendall(line)
                line = None
            except OSError:
                if connection is not None:
                    connection.close()
                connection = None
                if self._closing.wait(delay) and time.monotonic() > self._give_up:
                    break
                delay = min(delay * 2, 5.0)
        if connection is not None:
            connection.close()

    def _told_loss(self):
        lost, self._lost = self._lost, 0
        if lost == 0:
            return b""
        record = logging.makeLogRecord(
            {"levelno": logging.WARNING, "msg": f"{lost} records had no room while the collector was away"}
        )
        return self._line(record)

    _give_up = float("inf")

    def close(self):
        self._give_up = time.monotonic() + 2
        self._closing.set()
        self._thread.join(timeout=3)
        super().close()
