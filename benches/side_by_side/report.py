"""Puts what `run` found into docs/performance.md: tables and plots, between the marks."""

import json
import sys
from pathlib import Path

import plots

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
DATABASES = ("SQLite", "PostgreSQL")


def throughput(found):
    """Reports and reads in a second, with their latencies."""
    rows = []
    for name in DATABASES:
        if write := found.get(f"write, {name}"):
            calm = write["at_80_percent"]
            rows.append([f"a report on {name}", write["per_second"], f"{calm['p50_ms']} ms", f"{calm['p99_ms']} ms at {calm['rate']} a second"])
        if read := found.get(f"read, {name}"):
            rows.append([f"a read on {name}", read["per_second"], read["p50"], f"{read['p99']} with 64 at once"])
    for name, what in (("write, pgbench", "pgbench, the same statements"), ("write, Django", "Django, the bare rows"),
                       ("write, naive pool", "a naive pool on SQLite, the bare rows"), ("read, Django", "Django, the bare read"),
                       ("read, constant", "Rocket, a constant")):
        if peer := found.get(name):
            rows.append([what, peer["per_second"], peer.get("p50") or peer.get("p50_ms") or peer.get("mean_ms") or "", peer.get("p99") or peer.get("p99_ms") or ""])
    return plots.table(["what", "a second", "median", "99th percentile"], rows)


def starts(found):
    """How it starts and what it holds at rest."""
    rows = [[name, f"{start['ready_s']} s", f"{start['resident_mb']} MiB", f"{start['program_mb']} MB"]
            for name in DATABASES if (start := found.get(f"start, {name}"))]
    return plots.table(["database", "ready after", "memory at rest", "program, stripped"], rows)


def main():
    kept = json.loads(Path(sys.argv[1]).read_text())
    found, aims = kept["found"], kept["aims"]
    plots.latencies(found, IMAGES / "performance-latency.svg")
    plots.ratios(aims, IMAGES / "performance-ratios.svg")
    filled = ", ".join(f"{found[f'filled, {name}']['rows_per_registrant']} rows per registrant on {name}"
                       for name in DATABASES if f"filled, {name}" in found)
    parts = [
        f"Measured on {kept['on']} with {kept['program']}, on {kept['cores']} cores that the sender, the server and the database "
        f"share; {kept['registrants']:,} registrants, {filled}.",
        "![Each ratio beside its aim](images/performance-ratios.svg)",
        plots.table(["ratio", "measured", "aim", ""], [[name, f"{ratio:.2f}", f"{aim:g}", "met" if ratio >= aim else "**missed**"] for name, ratio, aim in aims]),
        throughput(found),
        "![Latency of reports by rate](images/performance-latency.svg)",
    ]
    if swept := found.get("sweep, PostgreSQL"):
        parts.append(f"A sweep over {swept['registrants']:,} registrants raised {swept['made']:,} flags in {swept['seconds']} s and wrote "
                     f"{swept['rows']:,} rows; one statement per table that copies the same rows takes {swept['sql_seconds']} s.")
    parts.append(starts(found))
    plots.into(ROOT / "docs" / "performance.md", "\n\n".join(part for part in parts if part))


if __name__ == "__main__":
    main()
