"""An open-loop sender: requests leave at their time whether or not earlier ones were answered, so that a server that falls
behind shows it. Latency runs from when a request should have left to the last byte of its answer."""

import asyncio
import statistics
import time

# A request that waits longer for a free connection than this has failed.
GIVE_UP_S = 5


class Result:
    """What one run at one rate showed; times in milliseconds."""

    def __init__(self, rate, seconds, latencies, statuses):
        self.rate, self.seconds, self.statuses = rate, seconds, statuses
        self.latencies = sorted(latencies)
        self.answered = len(latencies)

    def percentile(self, share):
        """The latency that this share of the requests stayed under."""
        if not self.latencies:
            return float("inf")
        return 1000 * self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]

    @property
    def failed(self):
        """Requests without an answer, or answered otherwise than by success."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    def row(self):
        """For the record."""
        return {
            "rate": self.rate, "seconds": self.seconds, "answered": self.answered, "failed": self.failed,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "mean_ms": round(1000 * statistics.fmean(self.latencies), 2) if self.latencies else None,
            **{f"p{round(100 * share)}_ms": round(self.percentile(share), 2) for share in (0.5, 0.95, 0.99)},
        }


async def _answer(reader):
    """The status of one answer, read to its end, and whether the server keeps the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length, kept = 0, True
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        elif name.lower() == b"connection":
            kept = value.strip().lower() != b"close"
    await reader.readexactly(length)
    return status, kept


class Connection:
    """One connection, opened when it is needed and again when the server closed it."""

    def __init__(self, port):
        self.port, self.reader, self.writer = port, None, None

    async def ask(self, request):
        """The status of the answer."""
        while True:
            reused = self.writer is not None
            if not reused:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                self.writer.write(request)
                status, kept = await asyncio.wait_for(_answer(self.reader), GIVE_UP_S)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                # A server may close a connection that waits; the request was not read then.
                if reused:
                    continue
                raise
            if not kept:
                self.close()
            return status

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


async def _work(port, waiting, latencies, statuses):
    connection = Connection(port)
    while True:
        due, request = await waiting.get()
        if request is None:
            break
        status = 0
        try:
            if time.perf_counter() - due > GIVE_UP_S:
                raise TimeoutError
            status = await connection.ask(request)
            latencies.append(time.perf_counter() - due)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            connection.close()
        statuses[status] = statuses.get(status, 0) + 1
    connection.close()


async def _send(port, requests, rate, seconds, connections):
    waiting, latencies, statuses = asyncio.Queue(), [], {}
    workers = [asyncio.create_task(_work(port, waiting, latencies, statuses)) for _ in range(connections)]
    begin = time.perf_counter()
    for number in range(int(rate * seconds)):
        due = begin + number / rate
        ahead = due - time.perf_counter()
        if ahead > 0.001:
            await asyncio.sleep(ahead)
        waiting.put_nowait((due, next(requests)))
        if number % 16 == 0:
            await asyncio.sleep(0)
    for _ in workers:
        waiting.put_nowait((0, None))
    await asyncio.gather(*workers)
    return Result(rate, seconds, latencies, statuses)


def send(port, requests, rate, seconds, connections=64):
    """Sends `rate` requests a second for that long; `requests` gives the bytes of each."""
    return asyncio.run(_send(port, requests, rate, seconds, connections))


def rising(port, requests, say, start, limit_ms=250, factor=1.25, seconds=4):
    """Rising rates until the 99th percentile exceeds `limit_ms` or a request fails. Answers every run; the last is the one that
    did not hold."""
    runs, rate = [], start
    while True:
        run = send(port, requests, round(rate), seconds)
        runs.append(run)
        say(f"{run.rate:>6} a second: p50 {run.percentile(0.5):.1f} ms, p99 {run.percentile(0.99):.1f} ms, {run.failed} failed")
        if run.failed or run.percentile(0.99) > limit_ms:
            return runs
        rate *= factor


def saturation(runs):
    """The highest rate that held; 0 when none did."""
    return max((run.rate for run in runs[:-1]), default=0)
