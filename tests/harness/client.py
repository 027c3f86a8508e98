"""A client of the API: one connection, kept open, and an honest account of what came back."""

import base64
import hashlib
import hmac
import http.client
import json
import struct
import time

TIMEOUT_S = 30


class NoAnswer(Exception):
    """The request was sent, or perhaps not; nobody knows what became of it."""


class Answer:
    """Status, headers and JSON of one answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def expect(self, *statuses):
        if self.status not in statuses:
            raise AssertionError(f"{self.status} instead of {statuses}: {json.dumps(self.body)[:600]}")
        return self.body

    @property
    def etag(self):
        return self.headers.get("ETag")


class Client:
    """Not shared between threads. `who` is an access token, or an account that can get a new one, or nobody."""

    def __init__(self, port, who=None):
        self.port, self.who = port, who
        self.token = getattr(who, "token", who)
        self.connection = None

    def request(self, method, path, body=None, key=None, version=None, purpose=None):
        """One request below `/v1`. Raises `NoAnswer` when the connection ended before a whole answer had come."""
        answer = self._once(method, path, body, key, version, purpose)
        if answer.status == 401 and hasattr(self.who, "renew"):
            self.token = self.who.renew(self.token)
            answer = self._once(method, path, body, key, version, purpose)
        return answer

    def _once(self, method, path, body, key, version, purpose):
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        for name, value in (("Idempotency-Key", key), ("If-Match", version), ("Purpose", purpose)):
            if value is not None:
                headers[name] = value
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
            self.connection.request(method, path if path.startswith("/.") else f"/v1{path}", data, headers)
            response = self.connection.getresponse()
            text = response.read()
            if response.getheader("Connection", "").lower() == "close":
                self.close()
            return Answer(response.status, response.headers, json.loads(text) if text else None)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error

    def get(self, path, **how):
        return self.request("GET", path, **how)

    def post(self, path, body, **how):
        return self.request("POST", path, body, **how)

    def put(self, path, body, **how):
        return self.request("PUT", path, body, **how)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def totp(secret_base32, at=None):
    """The code of a second factor (RFC 6238: SHA-1, 30 s, six digits)."""
    padded = secret_base32.upper() + "=" * (-len(secret_base32) % 8)
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(padded), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
