

# Seeing what the C API answers

HIGHEST = c_void_p(-1).value
POISON = HIGHEST // 0xFF * 0xA9
POISON_SIZE = POISON - HIGHEST - 1
POISON_INT = 0xA9A9A9A9 - (1 << 32)

MOST_DIMENSIONS = 64
MOST_ELEMENTS = 4096
MOST_BYTES = 1 << 16

# A count of so many bits is that of an object that lives for ever.
IMMORTAL = 1 << 29


class View(ctypes.Structure):
    """`Py_buffer`, up to where versions differ, and room for any of them."""

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
        ("rest", c_void_p * 16),
    ]


def function(name, result, *arguments):
    """A function of the C API; None if this version has none of that name."""
    try:
        return PYFUNCTYPE(result, *arguments)((name, ctypes.pythonapi))
    except AttributeError:
        return None


# Objects go by their address: ctypes would take more references to them.
GET_BUFFER = function("PyObject_GetBuffer", c_int, c_void_p, POINTER(View), c_int)
RELEASE = function("PyBuffer_Release", None, POINTER(View))
MEMORYVIEW = function("PyMemoryView_FromObject", py_object, c_void_p)
CHECK_BUFFER = function("PyObject_CheckBuffer", c_int, c_void_p)
CHECK_READ_BUFFER = function("PyObject_CheckReadBuffer", c_int, c_void_p)
AS_BUFFER = [
    (name, function(name, c_int, c_void_p, POINTER(c_void_p), POINTER(c_ssize_t)))
    for name in ("PyObject_AsCharBuffer", "PyObject_AsReadBuffer", "PyObject_AsWriteBuffer")
]

memset, string_at, sizeof, cast = ctypes.memset, ctypes.string_at, ctypes.sizeof, ctypes.cast
places_in = itertools.product
forget = getattr(sys, "exc_clear", lambda: None)


def word_at(address, index):
    return c_void_p.from_address(address + index * sizeof(c_void_p)).value


def check_buffer(address):
    """Up to 3.8 it is a macro, which reads the slot of the type."""
    if CHECK_BUFFER:
        return CHECK_BUFFER(address)
    kind = word_at(address, 1)
    slots = word_at(kind, 20)
    if VERSION > (3,):
        return int(bool(slots and word_at(slots, 0)))
    # Four old slots come first, and the type says whether there is more.
    return int(bool(slots and (word_at(kind, 21) or 0) >> 21 & 1 and word_at(slots, 4)))


def references(address):
    """None if they are not counted."""
    count = c_ssize_t.from_address(address).value
    if VERSION >= (3, 12):
        count &= 0xFFFFFFFF
    return count if count < IMMORTAL else None


def observe(address, act, failure=-1):
    """Acts on an object, and tells the value, the exception, and what became of the references to it.

    ctypes raises an exception that is set and hides the value: that is taken for that of a failure.
    """
    told = {}
    before = references(address)
    try:
        value = act()
    except BaseException as error:
        value = failure
        told["exception"] = exception_of(error)
        error = None
    # Python 2 keeps it, and with it all that its frames hold.
    forget()
    after = references(address)
    if value is not None:
        told["value"] = value
    if before is not None and after is not None:
        told["references"] = after - before
    return told


# The real ones, whatever a class is called, and says of itself.
mro_of = type.__dict__["__mro__"].__get__
EXCEPTIONS = set(
    id(it) for it in vars(__builtins__).values()
    if isinstance(it, type) and issubclass(it, BaseException)
)


def exception_of(error):
    """The first class of Python's own that it is of."""
    kind = type(error)
    for ancestor in mro_of(kind):
        if id(ancestor) in EXCEPTIONS:
            return words(name_of(ancestor))
    # Python 2 has classes without ancestors, whose instances are all of one type.
    return words(getattr(error.__class__, "__name__", u"")) or words(name_of(kind))


def seen(value, poison):
    return "untouched" if value == poison else {"is": value}


def old_slots(address):
    """What the type has of Python 2's old protocol."""
    kind = word_at(address, 1)
    slots = word_at(kind, 20)
    read, write, count, char = [word_at(slots, index) for index in range(4)] if slots else [None] * 4
    # A type need not have room for the last one, and says whether it has.
    has_char = bool(char and (word_at(kind, 21) or 0) & 1)
    return {"read": bool(read), "write": bool(write), "char": has_char, "segments": segments(count, address)}


def segments(slot, address):
    if not slot:
        return None
    try:
        return PYFUNCTYPE(c_ssize_t, c_void_p, c_void_p)(slot)(address, None)
    except BaseException:
        forget()
        return -1


class Eye:
    """Sees the fields of views of an object; addresses are counted from the first that is seen."""

    def __init__(self, address):
        self.address = address
        self.first = None

    def pointer(self, address):
        if address == POISON:
            return "untouched"
        if not address:
            return {"is": "null"}
        if self.first is None:
            self.first = address
        return {"is": {"at": {"block": 0, "offset": c_ssize_t(address - self.first).value}}}

    def obj(self, view, granted):
        address = view.obj
        if address == POISON:
            return "untouched"
        if not address:
            return {"is": "null"}
        if address == self.address:
            return {"is": "exporter"}
        # What a refusal leaves behind may be no object any more.
        if not granted:
            return {"is": "other"}
        # CPython's stand-in for exporters that are written in Python.
        if name_of(type(object_at(address))) == "_buffer_wrapper":
            return {"is": "exporter"}
        return {"is": "root" if check_buffer(address) else "other"}

    def fields(self, view):
        return {
            "buf": self.pointer(view.buf),
            "len": seen(view.len, POISON_SIZE),
            "itemsize": seen(view.itemsize, POISON_SIZE),
            "readonly": seen(view.readonly, POISON_INT),
            "ndim": seen(view.ndim, POISON_INT),
            "format": seen_behind(view.format, format_at),
            "shape": seen_behind(view.shape, lambda at: entries_at(at, view.ndim)),
            "strides": seen_behind(view.strides, lambda at: entries_at(at, view.ndim)),
            "suboffsets": seen_behind(view.suboffsets, lambda at: entries_at(at, view.ndim)),
        }


def poisoned():
    view = View()
    memset(byref(view), 0xA9, sizeof(view))
    return view


def object_at(address):
    return cast(address, py_object).value


def seen_behind(address, read):
    return "untouched" if address == POISON else {"is": read(address) if address else None}


def format_at(address):
    return text_of_format(string_at(address))


def text_of_format(text):
    text = text if isinstance(text, Text) else text.decode("utf-8", "replace")
    return text if len(text) <= LONGEST_FORMAT else text[:LONGEST_FORMAT] + u"..."


def entries_at(address, ndim):
    count = ndim if 0 <= ndim <= MOST_DIMENSIONS else 0
    return list((c_ssize_t * count).from_address(address))


def layout_of(view):
    """The offset of each element and its size, in C order. None if there are too many, or none can be told."""
    ndim, size = view.ndim, view.itemsize
    if POISON in (view.buf, view.shape, view.strides, view.suboffsets):
        return None
    if not 0 <= ndim <= MOST_DIMENSIONS or not 0 <= size <= MOST_BYTES:
        return None
    if ndim and not view.shape:
        # Bytes, whatever they are.
        return ([[]], view.len) if 0 <= view.len <= MOST_BYTES else None
    shape = entries_at(view.shape, ndim) if ndim else []
    if any(extent < 0 for extent in shape):
        return None
    count = product(shape)
    if not count:
        return [], size
    if count > MOST_ELEMENTS or count * size > MOST_BYTES:
        return None
    strides = entries_at(view.strides, ndim) if view.strides else contiguous_strides(shape, size)
    return [list(zip(place, strides)) for place in places_in(*map(range, shape))], size


def contiguous_strides(shape, size):
    return [size * product(shape[axis + 1:]) for axis in range(len(shape))]


def product(extents):
    count = 1
    for extent in extents:
        count *= extent
    return count


def elements_of(view, layout):
    """The bytes of all elements."""
    places, size = layout
    suboffsets = entries_at(view.suboffsets, view.ndim) if view.suboffsets else None
    data = b""
    for place in places:
        address = view.buf or 0
        for axis, (index, stride) in enumerate(place):
            address = address + index * stride & HIGHEST
            if suboffsets and suboffsets[axis] >= 0:
                address = word_at(address, 0) or 0
                address = address + suboffsets[axis] & HIGHEST
        data += string_at(address, size)
    return list(bytearray(data))
