"""A driver for pybuf: the C buffer protocol of the CPython that runs this, by way of ctypes.

    pybuf smoke --target 'exec:python3 examples/python-driver/driver.py'
    pybuf run --target 'exec:python3 examples/python-driver/driver.py'

Any CPython from 3.6 on, on a 64-bit machine; no compiler and no package is needed. Reads requests from
standard input, one JSON object a line, and writes an answer a line to standard output: see
examples/README.md.

A reply tells what can be seen, and judges nothing. So each struct is filled with poison before the
call, to tell what was written; addresses are told as a block and an offset; and what cannot be
known, such as the reference count of an immortal object, is left out.
"""

import array
import ctypes
import json
import os
import struct
import sys
from ctypes import POINTER, byref, c_byte, c_char_p, c_int, c_ssize_t, c_void_p, py_object, pythonapi

try:
    import _testbuffer
except ImportError:
    _testbuffer = None

VERSION = sys.version_info[:2]

# What is in memory that nobody has written to.
POISON = 0xA9A9A9A9A9A9A9A9
POISON_SIZE = POISON - (1 << 64)
POISON_INT = 0xA9A9A9A9 - (1 << 32)

FULL_RO = 0x11C
MAX_NDIM = 64

# Counts of 29 bits are for objects that live for ever.
IMMORTAL = 1 << 29

NOT_IN_EDITION = "not_in_edition"
NOT_MADE = "not_made"
UNSUPPORTED = "unsupported"


class PyBuffer(ctypes.Structure):
    _fields_ = [
        ("buf", c_void_p),
        ("obj", c_void_p),
        ("len", c_ssize_t),
        ("itemsize", c_ssize_t),
        ("readonly", c_int),
        ("ndim", c_int),
        ("format", c_void_p),
        ("shape", c_void_p),
        ("strides", c_void_p),
        ("suboffsets", c_void_p),
        ("internal", c_void_p),
    ]


def poisoned():
    view = PyBuffer()
    ctypes.memset(byref(view), POISON & 0xFF, ctypes.sizeof(view))
    return view


def function(name, result, *arguments):
    """A function of the C API; None if this version has none of that name."""
    try:
        return ctypes.PYFUNCTYPE(result, *arguments)((name, pythonapi))
    except AttributeError:
        return None


# Objects are passed by address: the case keeps them alive.
VIEW = POINTER(PyBuffer)
SIZES = POINTER(c_ssize_t)
AS_BUFFER = [function(name, c_int, c_void_p, POINTER(c_void_p), SIZES) for name in (
    "PyObject_AsCharBuffer", "PyObject_AsReadBuffer", "PyObject_AsWriteBuffer")]
AS_CHAR_BUFFER, AS_READ_BUFFER, AS_WRITE_BUFFER = AS_BUFFER
CHECK_READ_BUFFER = function("PyObject_CheckReadBuffer", c_int, c_void_p)
CHECK_BUFFER = function("PyObject_CheckBuffer", c_int, c_void_p)
GET_BUFFER = function("PyObject_GetBuffer", c_int, c_void_p, VIEW, c_int)
RELEASE = function("PyBuffer_Release", None, VIEW)
FILL_INFO = function(
    "PyBuffer_FillInfo", c_int, VIEW, c_void_p, c_void_p, c_ssize_t, c_int, c_int)
# As a program calls it that defines PY_SSIZE_T_CLEAN; since 3.13 each does.
PARSE_TUPLE = "PyArg_ParseTuple" if VERSION >= (3, 13) else "_PyArg_ParseTuple_SizeT"
PARSE_VIEW = function(PARSE_TUPLE, c_int, py_object, c_char_p, VIEW)
PARSE_POINTER = function(PARSE_TUPLE, c_int, py_object, c_char_p, POINTER(c_void_p), SIZES)
IS_CONTIGUOUS = function("PyBuffer_IsContiguous", c_int, VIEW, c_byte)
SIZE_FROM_FORMAT = function("PyBuffer_SizeFromFormat", c_ssize_t, c_char_p)
GET_POINTER = function("PyBuffer_GetPointer", c_void_p, VIEW, SIZES)
FILL_STRIDES = function(
    "PyBuffer_FillContiguousStrides", None, c_int, SIZES, SIZES, c_int, c_byte)
TO_CONTIGUOUS = function("PyBuffer_ToContiguous", c_int, c_void_p, VIEW, c_ssize_t, c_byte)
FROM_CONTIGUOUS = function("PyBuffer_FromContiguous", c_int, VIEW, c_void_p, c_ssize_t, c_byte)
COPY_DATA = function("PyObject_CopyData", c_int, c_void_p, c_void_p)
COPY_TO_OBJECT = function(
    "PyObject_CopyToObject", c_int, c_void_p, c_void_p, c_ssize_t, c_byte)
FROM_OBJECT = function("PyMemoryView_FromObject", py_object, c_void_p)
FROM_BUFFER = function("PyMemoryView_FromBuffer", py_object, VIEW)
FROM_MEMORY = function("PyMemoryView_FromMemory", py_object, c_void_p, c_ssize_t, c_int)
GET_CONTIGUOUS = function("PyMemoryView_GetContiguous", py_object, c_void_p, c_int, c_byte)
RESIZE = function("PyByteArray_Resize", c_int, c_void_p, c_ssize_t)
BYTES = function("PyBytes_FromStringAndSize", py_object, c_void_p, c_ssize_t)
BYTES_START = function("PyBytes_AsString", c_void_p, c_void_p)
BYTEARRAY_START = function("PyByteArray_AsString", c_void_p, c_void_p)


def order_of(character):
    """A character as C takes it: its lowest byte, with a sign."""
    return ctypes.c_byte(ord(character) & 0xFF).value


def counting(length):
    """What is in the memory of objects: 0, 1, 2, ... modulo 251."""
    return bytes(bytearray(range(251)) * (length // 251 + 1))[:length]


def sizes(values):
    return None if values is None else (c_ssize_t * len(values))(*values)


class Made:
    """An object of the case. The block of its memory has the number of the object."""

    def __init__(self, thing, root=None, start=None, size=0, rows=()):
        self.thing = thing
        # Also good for telling objects apart when the case has given this one up.
        self.address = id(thing)
        self.root = root
        self.start = start
        self.size = size
        # The rows that its memory points to, if it does: their starts, and the size of each.
        self.rows = rows

    def references(self):
        if self.thing is None:
            return None
        count = sys.getrefcount(self.thing)
        return count if count < IMMORTAL else None

    def contents(self):
        if self.rows:
            starts, size = self.rows
            return [byte for start in starts for byte in ctypes.string_at(start, size)]
        return list(ctypes.string_at(self.start, self.size)) if self.start else []


class Granted:
    """A view that was granted; `made` is the object that was asked, if one was."""

    def __init__(self, view, made, number, memory=None):
        self.view = view
        self.made = made
        self.number = number
        self.memory = memory
        self.released = False


class Case:
    def __init__(self):
        self.objects = []
        self.views = []
        # Memory that must stay until the case is over.
        self.kept = []

    def end(self):
        for granted in self.views:
            if granted is not None and not granted.released:
                RELEASE(granted.view)

    def object(self, number):
        """An object that the case has and has not given up."""
        made = self.objects[number] if number < len(self.objects) else None
        return made if made is not None and made.thing is not None else None

    def view(self, number):
        return self.views[number] if number < len(self.views) else None

    def lent(self, number):
        """A view of an object that was asked for and not released."""
        granted = self.view(number)
        is_lent = granted is not None and granted.made is not None and granted.memory is None
        return granted if is_lent and not granted.released else None

    def locate(self, address, nearest=None):
        """Where an address is. The nearest block goes first: blocks may touch, or be shared."""
        if not address:
            return "null"
        blocks = [nearest] if nearest else []
        for number, made in enumerate(self.objects):
            if made is not None and made.start:
                blocks.append((number, made.start, made.size))
        for number, start, size in blocks:
            if 0 <= address - start <= size:
                return {"at": {"block": number, "offset": address - start}}
        return "elsewhere"

    def block(self, number):
        made = self.objects[number]
        return (number, made.start, made.size) if made.start else None


def seen(value, poison):
    return "untouched" if value == poison else {"is": value}


def seen_view(case, view, nearest):
    """All fields but `obj`, of a view that was granted."""

    def pointed(pointer, read):
        if pointer == POISON:
            return "untouched"
        return {"is": read(pointer) if pointer else None}

    def entries(pointer):
        ndim = view.ndim if 0 <= view.ndim <= MAX_NDIM else 0
        return list((c_ssize_t * ndim).from_address(pointer))

    buf = view.buf
    return {
        "buf": "untouched" if buf == POISON else {"is": case.locate(buf, nearest)},
        "len": seen(view.len, POISON_SIZE),
        "itemsize": seen(view.itemsize, POISON_SIZE),
        "readonly": seen(view.readonly, POISON_INT),
        "ndim": seen(view.ndim, POISON_INT),
        "format": pointed(view.format, lambda at: ctypes.string_at(at).decode("utf-8", "replace")),
        "shape": pointed(view.shape, entries),
        "strides": pointed(view.strides, entries),
        "suboffsets": pointed(view.suboffsets, entries),
    }


def seen_obj(view, made):
    if view.obj == POISON:
        return "untouched"
    if not view.obj:
        return {"is": "null"}
    if made is not None and view.obj == made.address:
        return {"is": "exporter"}
    if made is not None and made.root is not None and view.obj == made.root.address:
        return {"is": "root"}
    return {"is": "other"}


def observe(made, act, failure=-1):
    """Acts on an object, if on any, and tells the value, the exception, and the references to it.

    ctypes raises the exception that a function leaves behind and hides what it returned: that is taken
    for what it returns when it fails.
    """
    before = made.references() if made is not None else None
    told = {}
    try:
        value = act()
    except Exception as error:
        value = failure
        told["exception"] = type(error).__name__
    if value is not None:
        told["value"] = value
    after = made.references() if made is not None else None
    if before is not None and after is not None:
        told["references"] = after - before
    return told


def returned(told):
    return {"returned": told}


# Making objects


def flat(length, readonly):
    if readonly:
        # Without content it is a new object also where it has one byte only, which is shared otherwise.
        thing = BYTES(None, length)
        start = BYTES_START(id(thing))
        ctypes.memmove(start, counting(length), length)
    else:
        thing = bytearray(counting(length))
        start = BYTEARRAY_START(id(thing))
    return Made(thing, start=start, size=length)


def make_array(recipe):
    thing = array.array(recipe["typecode"])
    thing.frombytes(counting(recipe["len"] * thing.itemsize))
    return Made(thing, start=thing.buffer_info()[0], size=len(thing) * thing.itemsize)


def make_memoryview(recipe):
    base = flat(recipe["len"], recipe["readonly"])
    view = memoryview(base.thing)
    for step in recipe["steps"]:
        if step == "release":
            view.release()
        elif "slice" in step:
            view = view[slice(*[step["slice"][name] for name in ("start", "stop", "step")])]
        else:
            view = view.cast(step["cast"]["format"], step["cast"]["shape"])
    return Made(view, root=base, start=base.start, size=base.size)


def make_ndarray(recipe):
    layout = recipe["layout"]
    indirect = any(offset >= 0 for offset in layout.get("suboffsets") or ())
    count = 1
    for extent in layout["shape"]:
        count *= extent
    item = struct.Struct(layout["format"])
    # With suboffsets the block is of pointers, and the elements are in rows of their own.
    size = count * layout["itemsize"] if indirect else layout["size"]
    memory = counting(size)
    items = [item.unpack_from(memory, at) for at in range(0, size - item.size + 1, item.size or 1)]
    items = [values[0] if len(values) == 1 else values for values in items]
    if not layout["shape"] and items:
        items = items[0]
    options = {"shape": layout["shape"], "format": layout["format"]}
    options["flags"] = 0 if recipe["readonly"] else _testbuffer.ND_WRITABLE
    if indirect:
        options["flags"] |= _testbuffer.ND_PIL
    else:
        options.update(strides=layout["strides"], offset=layout["offset"])
    thing = _testbuffer.ndarray(items, **options)
    # There is no other way to learn where its memory is.
    view = PyBuffer()
    GET_BUFFER(id(thing), view, FULL_RO)
    start = view.buf - layout["offset"]
    RELEASE(view)
    made = Made(thing, start=start, size=layout["size"])
    if indirect:
        rows = layout["shape"][0]
        made.rows = (list((c_void_p * rows).from_address(start)), size // max(rows, 1))
    return made


def make(case, arguments):
    recipe = arguments["object"]
    kind = recipe["kind"]
    case.objects.append(None)
    if kind == "slots" or kind == "ndarray" and VERSION < (3, 3):
        return NOT_IN_EDITION
    if "make " + kind in LACKS:
        return UNSUPPORTED
    told = {}
    try:
        if kind == "plain":
            made = Made(object())
        elif kind == "bytes" or kind == "bytearray":
            made = flat(recipe["len"], kind == "bytes")
        elif kind == "array":
            made = make_array(recipe)
        elif kind == "memoryview":
            made = make_memoryview(recipe)
        else:
            made = make_ndarray(recipe)
        case.objects[-1] = made
    except Exception as error:
        told["exception"] = type(error).__name__
    return returned(told)


# The old protocol


def as_buffer(called):
    def call(case, arguments):
        if called is None:
            return NOT_IN_EDITION
        made = None
        nearest = None
        if arguments["object"] is not None:
            made = case.object(arguments["object"])
            if made is None:
                return NOT_MADE
            nearest = case.block(arguments["object"])
        buffer, length = c_void_p(POISON), c_ssize_t(POISON_SIZE)
        to_buffer = None if arguments.get("null") == "buffer" else byref(buffer)
        to_length = None if arguments.get("null") == "length" else byref(length)
        # ctypes would not take None for byref, but for a pointer.
        to_buffer = to_buffer and ctypes.pointer(buffer)
        to_length = to_length and ctypes.pointer(length)
        address = made.address if made else None
        told = observe(made, lambda: called(address, to_buffer, to_length))
        if to_buffer is not None:
            value = buffer.value
            told["buffer"] = "untouched" if value == POISON else {"is": case.locate(value, nearest)}
        if to_length is not None:
            told["length"] = seen(length.value, POISON_SIZE)
        return returned(told)

    return call


def check_read_buffer(case, arguments):
    if CHECK_READ_BUFFER is None:
        return NOT_IN_EDITION
    made = case.object(arguments["object"])
    if made is None:
        return NOT_MADE
    return returned(observe(made, lambda: CHECK_READ_BUFFER(made.address)))


# The new protocol


def check_buffer_macro(address):
    """What PyObject_CheckBuffer is as a macro, up to 3.8: whether the type has the slot."""
    word = ctypes.sizeof(c_void_p)
    kind = c_void_p.from_address(address + word).value
    procs = c_void_p.from_address(kind + 20 * word).value
    return int(bool(procs and c_void_p.from_address(procs).value))


def check_buffer(case, arguments):
    made = case.object(arguments["object"])
    if made is None:
        return NOT_MADE
    called = CHECK_BUFFER or check_buffer_macro
    return returned(observe(made, lambda: called(made.address)))


def filled(case, told, view, made, nearest, granted):
    """The reply of a function that fills a view, which has its number if it was granted or not."""
    told["obj"] = seen_obj(view, made)
    if told.get("value") == 0:
        told["view"] = seen_view(case, view, nearest)
        case.views[-1] = granted
    return returned(told)


def get_buffer(case, arguments):
    number = arguments["object"]
    case.views.append(None)
    made = case.object(number)
    if made is None:
        return NOT_MADE
    view = poisoned()
    flags = arguments["flags"]
    told = observe(made, lambda: GET_BUFFER(made.address, view, flags))
    return filled(case, told, view, made, case.block(number), Granted(view, made, number))


def parse_tuple(case, arguments):
    number, code = arguments["object"], arguments["code"]
    fills_view = code.endswith("*")
    if fills_view:
        case.views.append(None)
    made = case.object(number)
    if made is None:
        return NOT_MADE
    parsed, code = (made.thing,), code.encode("ascii")
    if fills_view:
        view = poisoned()
        told = observe(made, lambda: PARSE_VIEW(parsed, code, view) - 1)
        return filled(case, told, view, made, case.block(number), Granted(view, made, number))
    buffer, length = c_void_p(POISON), c_ssize_t(POISON_SIZE)
    told = observe(made, lambda: PARSE_POINTER(
        parsed, code, ctypes.pointer(buffer), ctypes.pointer(length)) - 1)
    value = buffer.value
    told["buffer"] = (
        "untouched" if value == POISON else {"is": case.locate(value, case.block(number))})
    told["length"] = seen(length.value, POISON_SIZE)
    return returned(told)


def fill_info(case, arguments):
    case.views.append(None)
    made = None
    if arguments["exporter"] is not None:
        made = case.object(arguments["exporter"])
        if made is None:
            return NOT_MADE
    memory = None if arguments["buf_null"] else ctypes.create_string_buffer(8)
    start = memory and ctypes.addressof(memory)
    view = poisoned()
    to_view = None if arguments["view_null"] else view
    address = made.address if made else None
    length, readonly, flags = (arguments[name] for name in ("len", "readonly", "flags"))
    told = observe(
        made, lambda: FILL_INFO(to_view, address, start, length, readonly, flags))
    if to_view is None:
        return returned(told)
    nearest = (len(case.objects), start, 8) if start else None
    granted = Granted(view, made, arguments["exporter"], memory or True)
    return filled(case, told, view, made, nearest, granted)


def release(case, arguments, copied=False):
    granted = case.view(arguments["view"])
    if granted is None:
        return NOT_MADE
    granted.released = True
    view = PyBuffer.from_buffer_copy(granted.view) if copied else granted.view
    told = observe(granted.made, lambda: RELEASE(view))
    told["obj"] = seen_obj(view, granted.made)
    return returned(told)


def release_copy(case, arguments):
    return release(case, arguments, copied=True)


class Bare:
    """A struct filled by hand, and the arrays that it points to."""

    def __init__(self, told):
        self.whole = True
        self.view = PyBuffer()
        for name in ("len", "itemsize", "ndim"):
            setattr(self.view, name, told[name])
        self.arrays = {}
        for name in ("shape", "strides", "suboffsets"):
            entries = sizes(told[name])
            self.arrays[name] = entries
            if entries is not None:
                setattr(self.view, name, ctypes.addressof(entries))
                self.whole = self.whole and len(entries) == told["ndim"]


def is_contiguous(case, arguments):
    bare = Bare(arguments["view"])
    if not bare.whole or not 0 <= bare.view.ndim <= MAX_NDIM:
        return NOT_MADE
    byte = c_byte(0)
    bare.view.buf = ctypes.addressof(byte)
    order = order_of(arguments["order"])
    return returned(observe(None, lambda: IS_CONTIGUOUS(bare.view, order)))


def size_from_format(case, arguments):
    if SIZE_FROM_FORMAT is None:
        return NOT_IN_EDITION
    text = arguments["format"].encode("utf-8")
    return returned(observe(None, lambda: SIZE_FROM_FORMAT(text)))


# Copies, and where elements are


def get_pointer(case, arguments):
    granted = case.lent(arguments["view"])
    if granted is None:
        return NOT_MADE
    indices = sizes(arguments["indices"])
    found = []
    told = observe(granted.made, lambda: found.append(GET_POINTER(granted.view, indices)))
    address = found[0] or 0
    made = granted.made
    place = None
    if made.rows:
        starts, size = made.rows
        for row, start in enumerate(starts):
            if 0 <= address - start < size:
                offset = row * size + address - start
                place = {"in_rows": {"block": granted.number, "offset": offset}}
                break
    told["buffer"] = {"is": place or case.locate(address, case.block(granted.number))}
    return returned(told)


def fill_contiguous_strides(case, arguments):
    shape = sizes(arguments["shape"])
    count = len(shape) + 2
    strides = (c_ssize_t * count)(*[POISON_SIZE] * count)
    order = order_of(arguments["order"])
    told = observe(
        None, lambda: FILL_STRIDES(len(shape), shape, strides, arguments["itemsize"], order))
    written = list(strides)
    while written and written[-1] == POISON_SIZE:
        written.pop()
    told["strides"] = written
    return returned(told)


def to_contiguous(case, arguments):
    granted = case.lent(arguments["view"])
    length = arguments["len"]
    if granted is None or length < 0:
        return NOT_MADE
    size = length + 8
    buf = (ctypes.c_ubyte * size)(*[0xA5] * size)
    order = order_of(arguments["order"])
    told = observe(granted.made, lambda: TO_CONTIGUOUS(buf, granted.view, length, order))
    told["bytes"] = list(buf)
    return returned(told)


def source(length):
    """200, 201 ... modulo 251."""
    return counting(length + 200)[200:]


def from_contiguous(case, arguments):
    granted = case.lent(arguments["view"])
    length = arguments["len"]
    if granted is None or length < 0:
        return NOT_MADE
    order = order_of(arguments["order"])
    buf = source(length)
    told = observe(granted.made, lambda: FROM_CONTIGUOUS(granted.view, buf, length, order))
    told["bytes"] = granted.made.contents()
    return returned(told)


def copy_data(case, arguments):
    dest, src = case.object(arguments["dest"]), case.object(arguments["src"])
    if dest is None or src is None:
        return NOT_MADE
    told = observe(dest, lambda: COPY_DATA(dest.address, src.address))
    told["bytes"] = dest.contents()
    return returned(told)


def copy_to_object(case, arguments):
    if COPY_TO_OBJECT is None:
        return NOT_IN_EDITION
    made = case.object(arguments["object"])
    length = arguments["len"]
    if made is None or length < 0:
        return NOT_MADE
    order = order_of(arguments["order"])
    buf = source(length)
    told = observe(made, lambda: COPY_TO_OBJECT(made.address, buf, length, order))
    told["bytes"] = made.contents()
    return returned(told)


def verify_structure(case, arguments):
    if "verify_structure" in LACKS:
        return UNSUPPORTED
    # Only when it is needed, as it takes its time.
    from test import test_buffer

    names = ("memlen", "itemsize", "ndim", "shape", "strides", "offset")
    told = (arguments[name] for name in names)
    values = [tuple(value) if isinstance(value, list) else value for value in told]
    return returned(observe(None, lambda: int(bool(test_buffer.verify_structure(*values)))))


# Memoryviews


def new_object(case, about, act):
    """Makes the next object, which is a view of `about`'s memory if it is of any."""
    case.objects.append(None)
    made = []

    def keep():
        made.append(Made(act(), root=about and (about.root or about)))
        return 0

    told = observe(about, keep)
    if made:
        case.objects[-1] = made[0]
    return told


def from_object(case, arguments):
    about = case.object(arguments["object"])
    if about is None:
        case.objects.append(None)
        return NOT_MADE
    return returned(new_object(case, about, lambda: FROM_OBJECT(about.address)))


def over_memory(case, size, act):
    memory = ctypes.create_string_buffer(counting(size), size)
    case.kept.append(memory)
    start = ctypes.addressof(memory)
    told = new_object(case, None, lambda: act(start))
    made = case.objects[-1]
    if made is not None:
        made.start, made.size = start, size
    return returned(told)


def from_memory(case, arguments):
    size, flags = arguments["size"], arguments["flags"]
    return over_memory(case, max(size, 0), lambda start: FROM_MEMORY(start, size, flags))


def from_buffer(case, arguments):
    bare = Bare(arguments["view"])
    text = arguments["format"]
    if not bare.whole:
        case.objects.append(None)
        return NOT_MADE
    text = None if text is None else ctypes.create_string_buffer(text.encode("utf-8"))
    # Some versions keep the pointers.
    case.kept.append((bare, text))
    bare.view.format = None if text is None else ctypes.addressof(text)
    bare.view.readonly = arguments["readonly"]

    def act(start):
        bare.view.buf = None if arguments["buf_null"] else start
        return FROM_BUFFER(bare.view)

    return over_memory(case, 64, act)


def get_contiguous(case, arguments):
    number = arguments["object"]
    about = case.object(number)
    if about is None:
        case.objects.append(None)
        return NOT_MADE
    order = order_of(arguments["order"])
    told = new_object(
        case, about, lambda: GET_CONTIGUOUS(about.address, arguments["buffertype"], order))
    made = case.objects[-1]
    if made is None:
        return returned(told)
    # Only a request can tell where its memory is, and what is in it.
    view = PyBuffer()
    GET_BUFFER(made.address, view, FULL_RO)
    if IS_CONTIGUOUS(view, ord("A")):
        told["bytes"] = list(ctypes.string_at(view.buf, view.len)) if view.buf else []
    begins = case.locate(view.buf, case.block(number))
    if begins == "elsewhere":
        # It is a copy, with a block of its own.
        made.root, made.start, made.size = None, view.buf, view.len
        begins = {"at": {"block": len(case.objects) - 1, "offset": 0}}
    RELEASE(view)
    told["buffer"] = {"is": begins}
    return returned(told)


def memoryview_check(case, arguments):
    made = case.object(arguments["object"])
    if made is None:
        return NOT_MADE
    # It is a macro, which compares the type.
    return returned({"value": int(type(made.thing) is memoryview)})


def memoryview_release(case, arguments):
    made = case.object(arguments["object"])
    if made is None:
        return NOT_MADE

    def act():
        made.thing.release()
        return 0

    return returned(observe(made, act))


# What else happens to objects


def set_error(case, arguments):
    return UNSUPPORTED


def resize(case, arguments):
    made = case.object(arguments["object"])
    if made is None or type(made.thing) is not bytearray:
        return NOT_MADE
    length = arguments["len"]
    told = observe(made, lambda: RESIZE(made.address, length))
    if told.get("value") == 0:
        made.start, made.size = BYTEARRAY_START(made.address), length
    return returned(told)


def drop(case, arguments):
    made = case.object(arguments["object"])
    if made is None:
        return NOT_MADE
    # Whether it is gone now, or a view keeps it, is not looked at.
    made.thing = None
    return returned({})


CALLS = {
    "make": make,
    "PyObject_AsCharBuffer": as_buffer(AS_CHAR_BUFFER),
    "PyObject_AsReadBuffer": as_buffer(AS_READ_BUFFER),
    "PyObject_AsWriteBuffer": as_buffer(AS_WRITE_BUFFER),
    "PyObject_CheckReadBuffer": check_read_buffer,
    "PyObject_CheckBuffer": check_buffer,
    "PyObject_GetBuffer": get_buffer,
    "PyArg_ParseTuple": parse_tuple,
    "PyBuffer_Release": release,
    "PyBuffer_Release of a copy": release_copy,
    "PyBuffer_FillInfo": fill_info,
    "PyBuffer_IsContiguous": is_contiguous,
    "PyBuffer_SizeFromFormat": size_from_format,
    "PyBuffer_GetPointer": get_pointer,
    "PyBuffer_FillContiguousStrides": fill_contiguous_strides,
    "PyBuffer_ToContiguous": to_contiguous,
    "PyBuffer_FromContiguous": from_contiguous,
    "PyObject_CopyData": copy_data,
    "PyObject_CopyToObject": copy_to_object,
    "verify_structure": verify_structure,
    "PyMemoryView_FromObject": from_object,
    "PyMemoryView_FromBuffer": from_buffer,
    "PyMemoryView_FromMemory": from_memory,
    "PyMemoryView_GetContiguous": get_contiguous,
    "PyMemoryView_Check": memoryview_check,
    "memoryview.release": memoryview_release,
    "PyErr_SetString": set_error,
    "PyByteArray_Resize": resize,
    "Py_DecRef": drop,
}

# Calls on Python 2's buffer objects that would make one: it takes a number all the same.
MAKE_BUFFER_OBJECTS = {
    "PyBuffer_FromObject",
    "PyBuffer_FromReadWriteObject",
    "PyBuffer_FromMemory",
    "PyBuffer_FromReadWriteMemory",
    "PyBuffer_New",
}


def lacks():
    own_type = "a type with slots of its own cannot be made without a compiler"
    gaps = {
        "make exporter": own_type,
        "make raising": own_type,
        "PyErr_SetString": "ctypes raises an exception as soon as it is set",
    }
    if _testbuffer is None:
        gaps["make ndarray"] = "this installation has no module _testbuffer"
    try:
        from importlib.util import find_spec

        found = find_spec("test.test_buffer")
    except ImportError:
        found = None
    if found is None:
        gaps["verify_structure"] = "this installation has no module test.test_buffer"
    return gaps


LACKS = lacks()


def edition():
    """The newest edition of the documentation that is not newer than this version."""
    return next(name for name, since in (
        ("3.13", (3, 13)), ("3.12", (3, 12)), ("3.10", (3, 10)), ("3.3", (3, 3))
    ) if VERSION >= since)


def capabilities():
    name = "CPython {} by ctypes".format(sys.version.split()[0])
    return {"name": name, "lacks": LACKS, "editions": [edition()]}


def serve(requests, write):
    case = Case()
    for line in requests:
        request = json.loads(line)
        if "call" in request:
            ((name, arguments),) = request["call"].items()
            call = CALLS.get(name)
            if call is None:
                if name in MAKE_BUFFER_OBJECTS:
                    case.objects.append(None)
                reply = NOT_IN_EDITION
            else:
                reply = call(case, arguments)
            answer = {"reply": reply}
        elif "begin" in request:
            case.end()
            case = Case()
            answer = {"begun": {}}
        elif "start" in request:
            if request["start"]["protocol"] != 1:
                write({"error": {"message": "this driver speaks version 1 of the protocol only"}})
                return
            answer = {"capabilities": capabilities()}
        else:
            return
        write(answer)


def main():
    # What anybody prints goes to standard error: standard output is for answers.
    out = os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)

    def write(answer):
        out.write((json.dumps(answer) + "\n").encode("ascii"))

    # Line by line, without reading ahead of what is there.
    serve(iter(sys.stdin.readline, ""), write)


if __name__ == "__main__":
    main()
