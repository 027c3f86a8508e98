"""The stream: reports over many connections, a server that dies in between, and a journal of what each client knows."""

import queue
import threading
import time
import uuid

from harness.client import Client, NoAnswer
from harness.journal import FAIL, OK, UNKNOWN
from harness.reports import draw

CONNECTIONS = 16
# Of the requests whose outcome is unknown, these are sent again as soon as the server is back; the others wait for the
# end, so that both ways of a client are seen.
AT_ONCE = 0.5


class Stream:
    """Sends `count` reports; `kills` times the server is killed at a moment the dice choose."""

    def __init__(self, installation, people, journal, dice, count, kills, say):
        self.installation, self.journal, self.dice, self.say = installation, journal, dice, say
        self.tasks = queue.SimpleQueue()
        self.count, self.done = count, 0
        self.marks = sorted(dice.sample(range(count // 20, count - count // 20), kills))
        self.moments = [dice.uniform(0, 0.05) for _ in self.marks]
        self.lock, self.up, self.next_kill = threading.Lock(), threading.Event(), threading.Event()
        self.restarts, self.errors = [], []
        for number in range(count):
            person, path, body = draw(dice, people, number)
            self.tasks.put((str(uuid.UUID(int=dice.getrandbits(128))), person.officer, path, body, dice.random() < AT_ONCE))

    def run(self, after_restart):
        """Runs to the end. `after_restart` is called whenever the server is ready again."""
        self.up.set()
        workers = [threading.Thread(target=self._guarded, args=(self._work,)) for _ in range(CONNECTIONS)]
        for worker in workers:
            worker.start()
        for moment in self.moments:
            self._wait_for_kill(workers)
            time.sleep(moment)
            self.up.clear()
            self.installation.kill()
            self.restarts.append(self.installation.start())
            after_restart()
            self.say(f"killed after {self.done} of {self.count} reports; ready again in {self.restarts[-1]:.1f} s")
            self.up.set()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]

    def _wait_for_kill(self, workers):
        while not self.next_kill.wait(0.2):
            if not any(worker.is_alive() for worker in workers):
                return
        self.next_kill.clear()

    def _guarded(self, work):
        try:
            work()
        except Exception as error:  # one worker's error is the run's: told when all have ended
            self.errors.append(error)
            self.next_kill.set()

    def _work(self):
        clients = {}
        while True:
            try:
                key, who, path, body, at_once = self.tasks.get_nowait()
            except queue.Empty:
                return
            client = clients.setdefault(who, Client(self.installation.port, who))
            self.up.wait()
            self.journal.intend(key, path, body)
            outcome = send(client, self.journal, key, path, body)
            if outcome == UNKNOWN and at_once:
                self.up.wait()
                send(client, self.journal, key, path, body)
            self._count()

    def _count(self):
        with self.lock:
            self.done += 1
            if self.marks and self.done >= self.marks[0]:
                self.marks.pop(0)
                self.next_kill.set()


def send(client, journal, key, path, body):
    """Sends one report and writes down what is known of it afterwards."""
    try:
        answer = client.post(path, body, key=key)
    except NoAnswer:
        journal.outcome(key, UNKNOWN)
        return UNKNOWN
    if answer.status == 201:
        outcome = OK
    elif answer.status >= 500 or answer.status in (408, 429) or answer.body.get("code") == "request_in_progress":
        outcome = UNKNOWN
    else:
        outcome = FAIL
    journal.outcome(key, outcome, {"status": answer.status, "body": answer.body})
    return outcome
