"""Plots and tables of a measurement, as SVG and Markdown."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402

# The same file for the same figures.
matplotlib.rcParams["svg.hashsalt"] = "zedenregister"
plain = {"Date": None, "Creator": None}
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def latencies(found, file):
    """Latency by rate, for each database: where the line goes up is where the server is full."""
    figure, axes = plot.subplots(figsize=(8, 4.2))
    for name, colour in (("SQLite", "#154273"), ("PostgreSQL", "#a90061")):
        runs = found.get(f"write, {name}", {}).get("runs", [])
        shown = [run for run in runs if run["p99_ms"] < 5000]
        axes.plot([run["rate"] for run in shown], [run["p99_ms"] for run in shown], "o-", color=colour, label=f"{name}, 99th percentile")
        axes.plot([run["rate"] for run in shown], [run["p50_ms"] for run in shown], "o:", color=colour, label=f"{name}, median")
    axes.axhline(250, color="#555555", linewidth=0.8)
    axes.text(axes.get_xlim()[0], 260, " limit", fontsize=8)
    axes.set_yscale("log")
    axes.set_xlabel("reports a second, sent whether or not earlier ones were answered")
    axes.set_ylabel("ms until the last byte")
    axes.legend(fontsize=8, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata=plain)


def ratios(rows, file):
    """Each ratio beside its aim."""
    figure, axes = plot.subplots(figsize=(8, 0.55 * len(rows) + 1.1))
    for at, (name, ratio, aim) in enumerate(reversed(rows)):
        axes.barh(at, ratio / aim, color="#154273" if ratio >= aim else "#a90061", height=0.55)
        axes.text(ratio / aim, at, f"  {ratio:.2f} (aim {aim:g})", va="center", fontsize=8)
    axes.axvline(1, color="#555555", linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in reversed(rows)], fontsize=8)
    axes.set_xlim(0, 1.25 * max(1.2, *(ratio / aim for _, ratio, aim in rows)))
    axes.set_xlabel("times the aim; the line is the aim")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata=plain)


def table(head, rows):
    """A table in Markdown."""
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def into(document, text):
    """Puts what was measured between its marks."""
    before, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
