"""The end of a bar: what the clients wrote down against what the register, its audit and its database say."""

import shutil

import checks
import defects
from harness.journal import OK


class Outside:
    """Signed checkpoints, copied to where no crash and no administrator of the database comes."""

    def __init__(self, installation, folder):
        self.installation, self.folder = installation, folder
        folder.mkdir()

    def take(self):
        self.installation.run("audit", "checkpoint")
        for file in (self.installation.folder / "checkpoints").iterdir():
            if file.is_file() and not (self.folder / file.name).exists():
                shutil.copy(file, self.folder)

    def checkpoints(self, last=None):
        found = sorted(self.folder.glob("*.checkpoint"))
        return found[-last:] if last else found


def nothing_lost(bar, name, installation, database, people, journal, outside, one_day=True):
    """The server runs and the storm is over. Holds the journal against the register, and then plants a loss. Leaves the
    server stopped. Unless all happened on `one_day`, the sender does not know what must be refused."""
    bar.count(f"{name}: every unknown settles with its own key", checks.settle(installation, people, journal))
    requests = journal.read()
    register = checks.Register(installation, people)
    outside.take()
    installation.stop()
    taken = [request for request in requests if request["outcome"] == OK]
    if one_day:
        bar.count(f"{name}: what must be refused was, and nothing else", checks.refused(requests))
    bar.count(f"{name}: {len(taken)} acknowledged are there once, as sent; refused are not", checks.kept(register, requests))
    bar.count(f"{name}: every notification has its one audit entry", checks.entries(database, register))
    kept = outside.checkpoints()
    bar.count(f"{name}: the audit is as each of {len(kept)} checkpoints kept outside says", checks.audit(installation, kept))
    bar.count(f"{name}: {database.name} finds its own files whole", database.faults())
    bar.count(f"{name}: the register finds itself whole", consistent(installation))
    bar.figure(f"{name}: acknowledged, all found once", len(taken))
    a_loss_is_noticed(bar, name, installation, database, people, requests)


def consistent(installation):
    """What `zedenregister check` finds."""
    done = installation.command("check")
    return [] if done.returncode == 0 else [(done.stdout + done.stderr).strip()[-400:]]


def a_loss_is_noticed(bar, name, installation, database, people, requests):
    """Takes one acknowledged report out of the database, past the program."""
    taken = next(request for request in requests if request["outcome"] == OK)
    defects.forget(database, taken["answer"]["body"]["id"])
    owner = checks.registration_of(taken)
    installation.start()
    register = checks.Register(installation, [person for person in people if person.registration == owner])
    bar.noticed(f"{name}: a forgotten report",
                checks.kept(register, [each for each in requests if checks.registration_of(each) == owner]))
    installation.stop()
