"""One legal write as the register's own statements, taken from PostgreSQL's log and made into a script for pgbench.

The script has the same statements in the same order, one transaction for each write, on copies of the same tables with their
rows and indexes but without foreign keys (which is in favour of the peer). Savepoints, by which the register groups writes, are
left out. Whatever identifies the write is made anew each time; the registrant is another each time."""

import re
import time

PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
EXECUTED = re.compile(r" \[(\d+)\] LOG:  (?:execute [^:]+|statement): (.*)$")
STAMPED = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "(\w+)"')
SCHEMA = "peer"


def logged(cluster, act):
    """The statements, with their parameters, that `act` made the register send."""
    cluster.sql("ALTER SYSTEM SET log_statement = 'all'")
    cluster.sql("SELECT pg_reload_conf()")
    time.sleep(1)
    begin = cluster.log.stat().st_size
    act()
    time.sleep(1)
    text = cluster.log.read_text(encoding="utf-8")[begin:]
    cluster.sql("ALTER SYSTEM RESET log_statement")
    cluster.sql("SELECT pg_reload_conf()")
    return statements(text)


def statements(text):
    """The log's statements in order: text and parameters as literals."""
    lines = []
    for line in text.splitlines():
        if STAMPED.match(line) or not lines:
            lines.append(line)
        else:
            lines[-1] += "\n" + line
    found = []
    for line in lines:
        if executed := EXECUTED.search(line):
            found.append([executed[2], {}])
        elif "DETAIL:  parameters: " in line and found:
            found[-1][1] = {int(number): value for number, value in PARAMETER.findall(line)}
    return found


class Unit:
    """One write: its statements, and what in them names the registrant."""

    def __init__(self, found, names):
        self.statements = [(sql, parameters) for sql, parameters in found
                           if not re.match(r"(RELEASE )?SAVEPOINT|ALTER|SELECT pg_reload|SET ", sql)]
        self.names = names
        self.tables = sorted({table for sql, _ in self.statements for table in TABLE.findall(sql)})

    def copies(self):
        """Statements that make the copies of the tables."""
        made = [f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}", f"CREATE SEQUENCE {SCHEMA}.leaf START 1000000000"]
        for table in self.tables:
            made.append(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
            made.append(f"INSERT INTO {SCHEMA}.{table} SELECT * FROM public.{table}")
        # A list to draw registrants from, by number.
        made.append(f"CREATE TABLE {SCHEMA}.people AS SELECT row_number() OVER () AS n, r.id AS registration, r.person_id AS person, "
                    "(SELECT min(d.id) FROM public.duties d WHERE d.registration_id = r.id) AS duty FROM public.registrations r")
        made.append(f"CREATE UNIQUE INDEX ON {SCHEMA}.people (n)")
        return [*made, "ANALYZE"]

    def script(self, people):
        """For pgbench, in its prepared mode."""
        lines = [rf"\set n random(1, {people})",
                 f"SELECT registration AS registration, person AS person, duty AS duty FROM {SCHEMA}.people WHERE n = :n \\gset"]
        lines += [self._filled(sql, parameters) + ";" for sql, parameters in self.statements]
        return "\n".join(lines) + "\n"

    def insert_for_django(self, table):
        """The rows that the unit writes into one table, as a statement with the registration for Django's cursor."""
        sql, parameters = next(each for each in self.statements if each[0].startswith(f'INSERT INTO "{table}"'))
        return self._filled(sql, parameters).replace("%", "%%").replace(":registration", "%(registration)s")

    def _filled(self, sql, parameters):
        columns = columns_of(sql)
        return PLACE.sub(lambda match: self._literal(parameters[int(match[1])], columns.get(int(match[1]))), sql).replace("\n", " ")

    def _literal(self, value, column):
        """A value as the script has it; `column` is the one it is inserted into, if it is."""
        inner = value.strip("'")
        for name, own in self.names.items():
            if inner == own and not (column and name == "duty"):
                return f":{name}"
            if own in inner and inner.startswith("{") and column is None:
                return f"ARRAY[:{name}]"
        if column in COUNTED:
            return f"nextval('{SCHEMA}.leaf')"
        if column and ID.fullmatch(inner) and column != "account_id":
            return "gen_random_uuid()::text"
        if column and (digest := HASH.fullmatch(inner)):
            fresh = "sha256(gen_random_uuid()::text::bytea)"
            return fresh if digest[1] else f"encode({fresh}, 'hex')"
        return escaped(value)


PLACE = re.compile(r"\$(\d+)")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
HASH = re.compile(r"(\\x)?[0-9a-f]{64}")
# Columns that count, of which no two rows may have the same.
COUNTED = {"seq", "leaf_index"}


def columns_of(sql):
    """The column that each placeholder of an INSERT fills."""
    insert = re.match(r'INSERT INTO "\w+" \(([^)]*)\) VALUES (.*)$', sql, re.DOTALL)
    if not insert:
        return {}
    names = [name.strip(' "') for name in insert[1].split(",")]
    filled = {}
    for row in re.findall(r"\(([^()]*)\)", insert[2]):
        for name, item in zip(names, row.split(",")):
            if place := PLACE.fullmatch(item.strip()):
                filled[int(place[1])] = name
    return filled


def escaped(value):
    """A literal in which pgbench sees no variable: it takes a colon before a letter for one."""
    if not re.search(r":[A-Za-z_]", value):
        return value
    return "E" + re.sub(r":(?=[A-Za-z_])", r"\\x3a", value.replace("\\", "\\\\"))
