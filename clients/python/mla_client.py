"""A client of MLA's HMI: values, history, log records, components, commands, live samples.

Needs nothing but Python 3.9 or newer. Times are `datetime` with a zone; values are numbers, strings,
booleans, lists of them, or None. Errors are `MlaError` with the code of the API.

    from mla_client import Mla

    mla = Mla("https://mla.example.org", token="mla_…")
    for sample in mla.latest(["Array/Weather/North/Temperature"]):
        print(sample.time, sample.value, sample.quality)
"""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import struct
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Iterator, Mapping, Optional, Sequence, Union

Value = Union[int, float, str, bool, list, None]
Time = Union[datetime, timedelta, str]

_SAMPLE = "point time value text quality status"


class MlaError(Exception):
    """What the API refused or could not do; `code` is one of its codes, `retryable` whether to try again."""

    def __init__(self, message: str, code: str = "INTERNAL", retryable: bool = False):
        super().__init__(message)
        self.code = code
        self.retryable = retryable


@dataclass(frozen=True)
class Sample:
    """One value of one point; `status` is the full OPC-UA status code, `text` an enumeration's name."""

    point: str
    time: datetime
    value: Value
    text: Optional[str]
    quality: str
    status: int


@dataclass(frozen=True)
class Bucket:
    """What the samples of a stretch come to; `count` is of all, the others of good finite numbers."""

    time: datetime
    count: int
    min: Optional[float]
    max: Optional[float]
    mean: Optional[float]


class Mla:
    """Talks to the HMI at `url` (default MLA_URL), with a token (default MLA_TOKEN)."""

    def __init__(
        self,
        url: Optional[str] = None,
        token: Optional[str] = None,
        timeout: float = 30.0,
        context: Optional[ssl.SSLContext] = None,
    ):
        self.url = (url or os.environ.get("MLA_URL") or "http://127.0.0.1:8080").rstrip("/")
        self._token = token or os.environ.get("MLA_TOKEN")
        self._timeout = timeout
        self._context = context

    # ---- what there is

    def query(self, document: str, variables: Optional[Mapping[str, Any]] = None) -> dict:
        """Carries out any GraphQL query or mutation, and answers its data."""
        body = json.dumps({"query": document, "variables": variables or {}}).encode()
        request = urllib.request.Request(
            self.url + "/graphql", body, {"content-type": "application/json", **self._headers()}
        )
        try:
            with self._open(request) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            answer = _json_of(error)
        except OSError as error:
            raise MlaError(f"{self.url} does not answer: {error}", "UNREACHABLE", True) from error
        if answer.get("data") is None:
            raise _error_of(answer)
        return answer["data"]

    def points(self, match: Optional[str] = None) -> list[dict]:
        """All points that match: a pattern with * and ?, or a part of id or description."""
        document = """query ($match: String, $after: String) { points(match: $match, first: 5000, after: $after) {
            edges { node { id description unit type source intervalMs archiveClass } }
            pageInfo { hasNextPage endCursor } } }"""
        found: list[dict] = []
        after = None
        while True:
            page = self.query(document, {"match": match, "after": after})["points"]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                return found
            after = page["pageInfo"]["endCursor"]

    def latest(self, points: Sequence[str], at: Optional[Time] = None) -> list[Sample]:
        """The newest sample of each point, or the newest as of a time."""
        document = f"""query ($points: [ID!]!, $at: DateTime) {{
            latest(points: $points, at: $at) {{ {_SAMPLE} }} }}"""
        variables = {"points": list(points), "at": None if at is None else _text_of(at)}
        return [_sample_of(one) for one in self.query(document, variables)["latest"]]

    def history(
        self,
        points: Sequence[str],
        start: Time,
        end: Optional[Time] = None,
        max_points: int = 1000,
    ) -> dict[str, Union[list[Sample], list[Bucket]]]:
        """[start, end) of each point: samples, or buckets where there are more than `max_points`."""
        document = f"""query ($points: [ID!]!, $from: DateTime!, $to: DateTime!, $max: Int!) {{
            history(points: $points, from: $from, to: $to, maxPoints: $max) {{
              point samples {{ {_SAMPLE} }} buckets {{ time count min max mean }} }} }}"""
        variables = {
            "points": list(points),
            "from": _text_of(start),
            "to": _text_of(end or timedelta(0)),
            "max": max_points,
        }
        return {
            series["point"]: [_sample_of(one) for one in series["samples"]]
            if series["samples"] is not None
            else [_bucket_of(one) for one in series["buckets"] or []]
            for series in self.query(document, variables)["history"]
        }

    def logs(
        self, filter: Optional[Mapping[str, Any]] = None, start: Optional[Time] = None, end: Optional[Time] = None
    ) -> Iterator[dict]:
        """Log records that match, the newest first, page by page for as long as one asks."""
        document = """query ($filter: LogFilter, $from: DateTime, $to: DateTime, $after: String) {
            logs(filter: $filter, from: $from, to: $to, first: 1000, after: $after) {
              edges { node { id time priority source host process message fields } }
              pageInfo { hasNextPage endCursor } } }"""
        after = None
        while True:
            page = self.query(
                document,
                {
                    "filter": dict(filter or {}),
                    "from": None if start is None else _text_of(start),
                    "to": None if end is None else _text_of(end),
                    "after": after,
                },
            )["logs"]
            for edge in page["edges"]:
                yield {**edge["node"], "time": _time_of(edge["node"]["time"])}
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def alarms(self, filter: Optional[Mapping[str, Any]] = None, at: Optional[Time] = None) -> list[dict]:
        """The alarms that match, the most urgent first; those of a time with `at`."""
        document = """query ($filter: AlarmFilter, $at: DateTime) { alarms(filter: $filter, at: $at) {
            id state priority validity time description points annunciation acknowledgedBy comment guidance } }"""
        variables = {"filter": dict(filter or {}), "at": None if at is None else _text_of(at)}
        found = self.query(document, variables)["alarms"]
        return [{**one, "time": _time_of(one["time"])} for one in found]

    def acknowledge(self, alarm: str, comment: str) -> None:
        """Says that somebody has seen an alarm, and what is done about it."""
        document = "mutation ($alarm: ID!, $comment: String!) { acknowledge(alarm: $alarm, comment: $comment) { id } }"
        self.query(document, {"alarm": alarm, "comment": comment})

    def components(self) -> list[dict]:
        """Every component, its state and why it is in it."""
        return self.query("{ components { id name subsystem state reason version isWanted figures } }")["components"]

    def command(self, component: str, command: str, params: Sequence[str] = ()) -> dict:
        """Tells a component, a service, a subsystem or all something; answers what was answered."""
        document = """mutation ($component: ID!, $command: Command!, $params: [String!]) {
            command(component: $component, command: $command, params: $params) { accepted message } }"""
        variables = {"component": component, "command": command, "params": list(params)}
        return self.query(document, variables)["command"]

    def download(
        self, points: Sequence[str], start: Time, end: Optional[Time] = None, format: str = "parquet"
    ) -> Any:
        """Every sample of a range as a file (csv, ndjson, json, parquet) to be read like one; close it."""
        query = {"points": ",".join(points), "from": _text_of(start), "format": format}
        if end is not None:
            query["to"] = _text_of(end)
        address = f"{self.url}/download?{urllib.parse.urlencode(query)}"
        try:
            return self._open(urllib.request.Request(address, headers=self._headers()))
        except urllib.error.HTTPError as error:
            raise _error_of(_json_of(error)) from error

    def samples(self, points: Sequence[str], since: Optional[Time] = None) -> Iterator[list[Sample]]:
        """Live samples in batches, the newest of each point first (with `since`: all later ones)."""
        document = f"""subscription ($points: [ID!]!, $since: DateTime) {{
            samples(points: $points, since: $since) {{ {_SAMPLE} }} }}"""
        variables = {"points": list(points), "since": None if since is None else _text_of(since)}
        for data in self.subscribe(document, variables):
            yield [_sample_of(one) for one in data["samples"]]

    def subscribe(self, document: str, variables: Optional[Mapping[str, Any]] = None) -> Iterator[dict]:
        """What any subscription sends, until its end; a connection that is lost is an MlaError."""
        link = _WebSocket(self.url + "/graphql", self._timeout, self._context)
        try:
            link.send({"type": "connection_init", "payload": self._payload()})
            while True:
                message = link.receive()
                kind = message["type"]
                if kind == "connection_ack":
                    payload = {"query": document, "variables": dict(variables or {})}
                    link.send({"id": "1", "type": "subscribe", "payload": payload})
                elif kind == "ping":
                    link.send({"type": "pong"})
                elif kind == "next":
                    if message["payload"].get("data") is None:
                        raise _error_of(message["payload"])
                    yield message["payload"]["data"]
                elif kind == "error":
                    raise _error_of({"errors": message["payload"]})
                elif kind == "complete":
                    return
        finally:
            link.close()

    # ---- how it is sent

    def _payload(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self._payload().items()}

    def _open(self, request: urllib.request.Request) -> Any:
        return urllib.request.urlopen(request, timeout=self._timeout, context=self._context)


class _WebSocket:
    """As much of RFC 6455 as graphql-transport-ws needs: text messages, pings, close."""

    def __init__(self, url: str, timeout: float, context: Optional[ssl.SSLContext]):
        parts = urllib.parse.urlsplit(url)
        secure = parts.scheme == "https"
        host = parts.hostname or ""
        port = parts.port or (443 if secure else 80)
        try:
            plain = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise MlaError(f"{url} does not answer: {error}", "UNREACHABLE", True) from error
        context = context or ssl.create_default_context()
        self._socket = context.wrap_socket(plain, server_hostname=host) if secure else plain
        self._rest = b""
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._read()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise MlaError(head.split(b"\r\n", 1)[0].decode(errors="replace"), "NOT_ALLOWED")
        # Silence is no failure of a subscription.
        self._socket.settimeout(None)

    def send(self, message: Mapping[str, Any]) -> None:
        self._frame(1, json.dumps(message).encode())

    def receive(self) -> dict:
        text = b""
        while True:
            first, second = self._take(2)
            length = second & 127
            if length == 126:
                (length,) = struct.unpack(">H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._take(8))
            content = self._take(length)
            operation = first & 15
            if operation == 8:
                code = struct.unpack(">H", content[:2])[0] if len(content) >= 2 else 1005
                reason = content[2:].decode(errors="replace") or f"closed with {code}"
                forbidden = code in (4401, 4403)
                raise MlaError(reason, "NOT_AUTHENTICATED" if forbidden else "UNREACHABLE", not forbidden)
            if operation == 9:
                self._frame(10, content)
            elif operation in (0, 1):
                text += content
                if first & 128:
                    return json.loads(text)

    def close(self) -> None:
        try:
            self._frame(8, struct.pack(">H", 1000))
        except OSError:
            pass
        self._socket.close()

    def _frame(self, operation: int, content: bytes) -> None:
        mask = os.urandom(4)
        length = len(content)
        head = bytes([128 | operation])
        if length < 126:
            head += bytes([128 | length])
        elif length < 65536:
            head += bytes([254]) + struct.pack(">H", length)
        else:
            head += bytes([255]) + struct.pack(">Q", length)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(content))
        self._socket.sendall(head + mask + masked)

    def _take(self, count: int) -> bytes:
        while len(self._rest) < count:
            self._rest += self._read()
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def _read(self) -> bytes:
        some = self._socket.recv(65536)
        if not some:
            raise MlaError("the connection is lost", "UNREACHABLE", True)
        return some


def _json_of(error: urllib.error.HTTPError) -> dict:
    try:
        return json.load(error)
    except ValueError:
        return {"errors": [{"message": f"the server answered {error.code}"}]}


def _error_of(answer: Mapping[str, Any]) -> MlaError:
    first = (answer.get("errors") or [{}])[0]
    extensions = first.get("extensions", {})
    message = first.get("message", "the server sent neither data nor errors")
    return MlaError(message, extensions.get("code", "INTERNAL"), bool(extensions.get("retryable")))


def _text_of(time: Time) -> str:
    """RFC 3339 of a time; a timedelta is so long before now, a text is sent as it is."""
    if isinstance(time, str):
        return time
    if isinstance(time, timedelta):
        time = datetime.now(timezone.utc) - abs(time)
    if time.tzinfo is None:
        raise ValueError("a time needs a zone: datetime(…, tzinfo=timezone.utc)")
    return time.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _time_of(text: str) -> datetime:
    whole, _, fraction = text.rstrip("Z").partition(".")
    return datetime.strptime(f"{whole}.{fraction.ljust(6, '0')[:6]}", "%Y-%m-%dT%H:%M:%S.%f").replace(
        tzinfo=timezone.utc
    )


def _sample_of(one: Mapping[str, Any]) -> Sample:
    return Sample(one["point"], _time_of(one["time"]), one["value"], one["text"], one["quality"], one["status"])


def _bucket_of(one: Mapping[str, Any]) -> Bucket:
    return Bucket(_time_of(one["time"]), one["count"], one["min"], one["max"], one["mean"])
