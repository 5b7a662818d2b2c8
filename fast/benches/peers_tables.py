"""What peers.py shows: rows of measured ratios, tables of them, and where they go."""

import datetime
import math
import pathlib
import platform
import statistics

README = pathlib.Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"
# Not peers: what the others are compared with, and what does not pack.
OURS = {"memcpy", "fast", "scatter", "objects"}
DIRECTIONS = ("fast", "scatter", "objects", "CPython scatter", "NumPy scatter", "CPython objects")


def best(ratios, prefix):
    """The best of those whose name begins so and who pack."""
    found = [ratio for name, ratio in ratios.items() if name.startswith(prefix) and name not in DIRECTIONS]
    return max(found, default=None)


class Row:
    """What was measured of one layout at one size."""

    def __init__(self, about, times):
        self.about, self.times = about, times
        self.ratios = {name: times["memcpy"] / took for name, took in times.items()}
        peers = {name: ratio for name, ratio in self.ratios.items() if name not in OURS | set(DIRECTIONS)}
        self.peer, self.of_peer = max(peers.items(), key=lambda pair: pair[1])
        self.fast, self.bar = self.ratios["fast"], about["bar"]
        self.cpython, self.numpy = self.ratios.get("CPython"), best(self.ratios, "NumPy")
        self.is_below = self.fast < self.bar


def shown(ratio):
    return "-" if ratio is None else f"{ratio:.3f}"


def mean_of(rows, others):
    logs = [math.log(row.fast / others(row)) for row in rows if others(row)]
    return f"{math.exp(statistics.fmean(logs)):.2f}" if logs else "-"


def human(size):
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def summary(rows):
    below = sum(row.is_below for row in rows)
    return (
        f"Geometric means, fast against others: {mean_of(rows, lambda row: row.of_peer)} times the best peer of each"
        f" layout, {mean_of(rows, lambda row: row.numpy)} times NumPy, {mean_of(rows, lambda row: row.cpython)} times"
        f" CPython's `PyBuffer_ToContiguous`. Below the bar: {below} of {len(rows)}."
    )


def table(size, rows):
    lines = [
        f"### {human(size)}",
        "",
        "| layout | item bytes | CPython | NumPy | best peer | fast | bar |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        fast = f"{shown(row.fast)} (below)" if row.is_below else f"**{shown(row.fast)}**"
        lines.append(
            f"| {row.about['name']} | {row.about['itemsize']} | {shown(row.cpython)} | {shown(row.numpy)}"
            f" | {shown(row.of_peer)} {row.peer} | {fast} | {shown(row.bar)} |"
        )
    return lines + ["", summary(rows), ""]


def table_of_directions(size, rows):
    lines = [
        f"### Other directions, {human(size)}",
        "",
        "Gather: `to_contiguous`. Scatter: `from_contiguous`. Objects: `copy_data` to rows with a gap behind each.",
        "",
        "| layout | item bytes | gather | scatter | objects | CPython scatter | NumPy scatter | CPython objects |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratios = " | ".join(shown(row.ratios.get(name)) for name in DIRECTIONS)
        lines.append(f"| {row.about['name']} | {row.about['itemsize']} | {ratios} |")
    return lines + [""]


def table_of_small(rows):
    lines = [
        "### Nanoseconds of a few elements",
        "",
        "| layout | item bytes | bytes | memcpy | CPython | NumPy | fast | bar |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        memcpy = row.times["memcpy"]
        took = [f"{memcpy / ratio:.1f}" if ratio else "-" for ratio in (row.cpython, row.numpy, row.fast)]
        about = f"{row.about['name']} | {row.about['itemsize']} | {row.about['len']}"
        lines.append(f"| {about} | {memcpy:.1f} | {' | '.join(took)} | {row.bar:.0f} |")
    return lines + [""]


def note(modules):
    processor = platform.processor() or platform.machine()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = [f"CPython {platform.python_version()}"]
    versions += [f"{name} {module.__version__}" for name, module in modules.items()]
    return [
        f"Measured on {datetime.date.today()}, one core of {processor}, with {', '.join(versions)} and the crates that"
        " `Cargo.toml` names. Ratios to memcpy of as many bytes in the same run, medians of interleaved rounds: 1 is the"
        " speed of memcpy, and more is better. What is called from Python is timed in a loop, of which the time that it"
        " takes without calls is subtracted. The bar is what each layout is to reach.",
        "",
    ]


def write(lines):
    text = README.read_text()
    if BEGIN not in text:
        text += f"\n## Speed\n\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    README.write_text(before + BEGIN + "\n" + "\n".join(lines).rstrip() + "\n" + rest[rest.index(END):])
