#!/usr/bin/env python3
"""How fast elements are copied by this crate and by whatever else copies them, in one run on one core.

Beside the Rust crates that `cargo bench -p pybuf-fast --bench copies` measures: CPython, NumPy, and OpenCV and
torch where they are installed. All work on the same memory and have their turns, round after round; the
median of each counts, as a share of the speed of memcpy of as many bytes. What does not copy rightly is left
out and said. With --write the tables go into the README of the crate.
"""

import argparse
import ctypes
import importlib
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

from peers_tables import Row, human, note, shown, summary, table, table_of_directions, table_of_small, write

HERE = pathlib.Path(__file__).resolve().parent


class Library:
    """The Rust side: layouts, memory, and copies that are in Rust or C."""

    def __init__(self):
        # PyDLL keeps the interpreter's lock, which CPython's functions need.
        self.c = ctypes.PyDLL(self.build())
        address, size = ctypes.c_void_p, ctypes.c_size_t
        for name, result, arguments in (
            ("layouts", size, []),
            ("small_layouts", size, []),
            ("large", size, []),
            ("open", address, [size, size]),
            ("close", None, [address]),
            ("describe", size, [address, ctypes.c_char_p, size]),
            ("add_to_contiguous", size, [address, address]),
            ("add_from_contiguous", size, [address, address]),
            ("add_copy_data", size, [address, address, ctypes.py_object, ctypes.py_object]),
            ("is_right", ctypes.c_bool, [address, size]),
            ("time", ctypes.c_double, [address, size, size]),
        ):
            function = getattr(self.c, "peers_" + name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    @staticmethod
    def build():
        command = ["cargo", "build", "--release", "-p", "pybuf-fast", "--example", "peers"]
        messages = subprocess.run(
            command + ["--message-format=json-render-diagnostics"], cwd=HERE, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.splitlines()
        for message in map(json.loads, messages):
            if message.get("target", {}).get("name") == "peers" and "filenames" in message:
                return message["filenames"][0]
        raise SystemExit("the library was not built")


class Bench:
    """One layout at one size, with all who copy it."""

    def __init__(self, library, layout, size, modules):
        self.library, self.keep = library, []
        self.handle = library.open(layout, size)
        text = ctypes.create_string_buffer(1 << 14)
        length = library.describe(self.handle, text, len(text))
        self.about = json.loads(text.raw[:length])
        self.copiers = {name: self.timed_there(number) for number, name in enumerate(self.about["copiers"])}
        self.add_cpython()
        for add in (add_numpy, add_opencv, add_torch):
            add(self, modules)

    def close(self):
        self.copiers.clear()
        self.keep.clear()
        self.library.close(self.handle)

    def timed_there(self, number):
        if not self.library.is_right(self.handle, number):
            return None
        return lambda times: self.library.time(self.handle, number, times)

    def add_cpython(self):
        api, library = ctypes.pythonapi, self.library

        def function(name):
            return ctypes.cast(getattr(api, name), ctypes.c_void_p)

        api.PyMemoryView_FromBuffer.restype = ctypes.py_object
        api.PyMemoryView_FromBuffer.argtypes = [ctypes.c_void_p]
        view = api.PyMemoryView_FromBuffer(self.about["view"])
        number = library.add_to_contiguous(self.handle, function("PyBuffer_ToContiguous"))
        self.copiers["CPython"] = self.timed_there(number)
        self.add("CPython tobytes", view.tobytes, lambda made: made)
        if "scatter" in self.copiers:
            number = library.add_from_contiguous(self.handle, function("PyBuffer_FromContiguous"))
            self.copiers["CPython scatter"] = self.timed_there(number)
        spaced = api.PyMemoryView_FromBuffer(self.about["spaced_view"])
        self.keep += [view, spaced]
        number = library.add_copy_data(self.handle, function("PyObject_CopyData"), spaced, view)
        self.copiers["CPython objects"] = self.timed_there(number)

    def memory(self, name, length):
        return (ctypes.c_ubyte * length).from_address(self.about[name])

    def add(self, name, call, made=None):
        """One who is called from Python; `made` gives the bytes that a call returned, if it returns any."""
        length = self.about["len"]
        ctypes.memset(self.about["target"], 0xA5, length)
        result = call()
        given = self.memory("target", length) if made is None else made(result)
        self.copiers[name] = None
        if bytes(given) == bytes(self.memory("packed", length)):
            self.copiers[name] = lambda times: from_python(call, times)


def from_python(call, times):
    """The nanoseconds of one call, without those of a call of nothing."""
    def took(call):
        start = time.perf_counter_ns()
        for _ in range(times):
            call()
        return time.perf_counter_ns() - start

    return max(took(call) - took(lambda: None), 1) / times


def array(bench, np, name, shape, strides=None, offset=0, items=None):
    """What is in the memory of a bench, as NumPy sees it."""
    size = bench.about["itemsize"]
    # OpenCV has no items of 3 and 12 bytes, but channels; NumPy has items of any size.
    items = items or {1: "u1", 2: "u2", 4: "f4", 8: "f8", 16: "c16"}.get(size, f"V{size}")
    # Behind all memory there is room for a line of the cache, which whole pixels may take.
    length = bench.about["source_len"] + 64 if name == "source" else bench.about["len"]
    return np.ndarray(shape, items, bench.memory(name, length), offset, strides)


def add_numpy(bench, modules):
    np, about = modules.get("numpy"), bench.about
    if np is None or about["is_indirect"]:
        return
    shape = about["shape"]
    source = array(bench, np, "source", shape, about["strides"], about["offset"])
    target, packed = array(bench, np, "target", shape), array(bench, np, "packed", shape)
    bench.add("NumPy copyto", lambda: np.copyto(target, source))
    bench.add("NumPy tobytes", source.tobytes, lambda made: made)
    if not source.flags.c_contiguous:
        bench.add("NumPy ascontiguousarray", lambda: np.ascontiguousarray(source), lambda made: made.tobytes())
    if 0 not in about["strides"]:
        add_numpy_scatter(bench, lambda: np.copyto(source, packed), source)


def add_numpy_scatter(bench, scatter, source):
    """Checked on elements that were overwritten; what arrives then is what was there."""
    memory = bench.memory("source", bench.about["source_len"])
    before = bytes(memory)
    ctypes.memset(memory, 0xA5, len(memory))
    scatter()
    is_right = source.tobytes() == bytes(bench.memory("packed", bench.about["len"]))
    ctypes.memmove(memory, before, len(memory))
    bench.copiers["NumPy scatter"] = (lambda times: from_python(scatter, times)) if is_right else None


def add_opencv(bench, modules):
    cv2, np, about = modules.get("cv2"), modules.get("numpy"), bench.about
    if cv2 is None or np is None or about["is_indirect"]:
        return
    name, shape, size = about["name"], about["shape"], about["itemsize"]
    kinds = {1: ("u1", 1), 2: ("u2", 1), 3: ("u1", 3), 4: ("f4", 1), 8: ("f8", 1), 12: ("f4", 3), 16: ("f8", 2)}
    items, channels = kinds[size]

    def of(memory, *shape):
        return array(bench, np, memory, shape if channels == 1 else (*shape, channels), items=items)

    if name.startswith("2-D transpose") or name == "3-D axes (2, 0, 1)":
        rows = math.prod(shape[1:])
        source, target = of("source", rows, shape[0]), of("target", shape[0], rows)
        bench.add("OpenCV", lambda: cv2.transpose(source, target))
    elif name == "1-D reversed":
        source, target = of("source", 1, shape[0]), of("target", 1, shape[0])
        bench.add("OpenCV", lambda: cv2.flip(source, 1, target))
    elif name == "RGB reversed":
        source, target = of("source", *shape), of("target", *shape)
        bench.add("OpenCV", lambda: cv2.cvtColor(source, cv2.COLOR_RGB2BGR, target))
    elif name == "RGBA to RGB":
        source, target = of("source", shape[0], 1, 4), of("target", shape[0], 1, 3)
        bench.add("OpenCV", lambda: cv2.cvtColor(source, cv2.COLOR_RGBA2RGB, target))
        bench.add("OpenCV mixChannels", lambda: cv2.mixChannels([source], [target], [0, 0, 1, 1, 2, 2]))
    elif name == "NCHW to NHWC, 3 channels":
        images, height, width, _ = shape
        pairs = list(zip(of("source", images, 3, height, width), of("target", *shape)))
        bench.add("OpenCV", lambda: [cv2.merge(planes, target) for planes, target in
                                     ((list(source), target) for source, target in pairs)])
    elif name == "NHWC to NCHW, 3 channels":
        _, _, height, width = shape
        source, target = of("source", height, width, 3), list(of("target", 3, height, width))
        bench.add("OpenCV", lambda: cv2.split(source, target))
    elif name in ("one column", "1-D step 2") and channels == 1:
        step = 2 if name == "1-D step 2" else 8
        source, target = of("source", shape[0], 1, step), of("target", shape[0], 1)
        bench.add("OpenCV", lambda: cv2.extractChannel(source, 0, target))


def add_torch(bench, modules):
    torch, np, about = modules.get("torch"), modules.get("numpy"), bench.about
    size = about["itemsize"]
    if torch is None or np is None or about["is_indirect"] or size not in (1, 2, 4, 8, 16):
        return
    if min(about["strides"]) < 0:
        return  # It has no negative strides.
    items = {1: "u1", 2: "i2", 4: "f4", 8: "f8", 16: "c16"}[size]
    of = lambda *arguments: torch.from_numpy(array(bench, np, *arguments, items=items))
    source = of("source", about["shape"], about["strides"], about["offset"])
    target = of("target", about["shape"])
    bench.add("torch", lambda: target.copy_(source))


def measure(bench, size):
    """The median nanoseconds of each who copies rightly."""
    rounds, turn = (51, 50e3) if size < 64 << 10 else (21, 500e3) if size < 16 << 20 else (7, 0)
    wrong = [name for name, copy in bench.copiers.items() if copy is None]
    if wrong:
        print(f"  copies wrongly, and is left out: {', '.join(wrong)}")
    copiers = {name: copy for name, copy in bench.copiers.items() if copy is not None}
    times = dict.fromkeys(copiers, 1)
    for name, copy in copiers.items():
        while copy(times[name]) * times[name] < turn:
            times[name] *= 2
    samples = {name: [] for name in copiers}
    for _ in range(rounds):
        for name, copy in copiers.items():
            if len(samples[name]) >= 3 and sum(samples[name]) > 1e9:
                continue  # Slow ones need no more.
            if turn:
                copy(1)  # What the one before left in the caches is not to count.
            samples[name].append(copy(times[name]))
    return {name: statistics.median(took) for name, took in samples.items()}


def measured(library, layouts, size, modules, word):
    """A row for each layout with this word in its label."""
    for layout in layouts:
        bench = Bench(library, layout, size, modules)
        if word in bench.about["label"]:
            yield Row(bench.about, measure(bench, size))
        bench.close()


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=sizes_of, help="sizes with commas between them: 4k,1m,256m (64m where memory is short)")
    parser.add_argument("--layout", default="", help="only layouts with this in their label: name, size of items")
    parser.add_argument("--write", action="store_true", help="write the tables into the README of the crate")
    return parser.parse_args()


def sizes_of(text):
    """Of `4k,1m`, the bytes of each."""
    sizes = []
    for word in text.split(","):
        told = re.fullmatch(r"([0-9]+)([km]?)", word.strip())
        size = int(told[1]) << {"": 0, "k": 10, "m": 20}[told[2]] if told else 0
        if size < 4 << 10:
            raise argparse.ArgumentTypeError(f"{word!r} is no size of 4k or more, like 4k, 1m or 256m")
        sizes.append(size)
    return sizes


def peers():
    """Those that are installed, each to use one thread."""
    modules = {}
    for name in ("numpy", "cv2", "torch"):
        try:
            modules[name] = importlib.import_module(name)
        except ImportError:
            print(f"{name} is not installed and is not measured")
    if "cv2" in modules:
        modules["cv2"].setNumThreads(1)
    if "torch" in modules:
        modules["torch"].set_num_threads(1)
    return modules


def main():
    chosen = options()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    library, modules = Library(), peers()
    sizes = chosen.size or [4 << 10, 1 << 20, library.large()]
    lines = note(modules)
    for size in sizes:
        rows = []
        for row in measured(library, range(library.layouts()), size, modules, chosen.layout):
            rows.append(row)
            ratios = ", ".join(f"{name} {shown(ratio)}" for name, ratio in row.ratios.items() if name != "memcpy")
            print(f"{human(size)} {row.about['label']}: {ratios}; bar {row.bar}", flush=True)
        if rows:
            print(summary(rows))
            lines += table(size, rows)
            if size == 1 << 20:
                lines += table_of_directions(size, rows)
    small = range(library.layouts(), library.layouts() + library.small_layouts())
    small = table_of_small(list(measured(library, small, 256, modules, chosen.layout)))
    print("\n".join(small))
    if chosen.write:
        write(lines + small)


if __name__ == "__main__":
    sys.exit(main())
