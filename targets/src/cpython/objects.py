# Makes the objects that the C API makes only in a roundabout way.
# Runs inside the interpreter under test: in 2.7 and in every 3.x.

import array
import struct

try:
    import _testbuffer
except ImportError:
    _testbuffer = None

PATTERN = bytearray(range(251))

# Flags of _testbuffer.ndarray.
ND_WRITABLE = 0x002
ND_PIL = 0x010


def has_ndarray():
    return _testbuffer is not None


def none():
    return None


def make_plain():
    return object()


def content(length):
    """What is in the memory of objects: 0, 1, 2, ... modulo 251."""
    return bytes((PATTERN * (length // 251 + 1))[:length])


def make_array(typecode, length):
    made = array.array(typecode)
    fill = made.frombytes if hasattr(made, "frombytes") else made.fromstring
    fill(content(length * made.itemsize))
    return made


def address_of_array(made):
    return made.buffer_info()[0]


def size_of_array(made):
    return len(made) * made.itemsize


def make_memoryview(base, steps):
    view = memoryview(base)
    for name, arguments in steps:
        if name == "slice":
            view = view[slice(*arguments)]
        elif name == "cast":
            view = view.cast(*arguments)
        else:
            view.release()
    return view


def release_memoryview(view):
    view.release()


def make_ndarray(size, format, shape, strides, offset, readonly):
    """With `strides` None it is an array of pointers to rows, which chooses its own layout."""
    item = struct.Struct(format)
    memory = content(size)
    items = [item.unpack_from(memory, at) for at in range(0, size - item.size + 1, item.size or 1)]
    items = [values[0] if len(values) == 1 else values for values in items]
    if not shape and items:
        items = items[0]
    flags = 0 if readonly else ND_WRITABLE
    if strides is None:
        return _testbuffer.ndarray(items, shape=shape, format=format, flags=flags | ND_PIL)
    return _testbuffer.ndarray(
        items, shape=shape, strides=strides, offset=offset, format=format, flags=flags
    )


def has_verify_structure():
    import importlib.util

    try:
        return importlib.util.find_spec("test.test_buffer") is not None
    except ImportError:
        return False


def verify_structure(*arguments):
    """The function of the documentation, as CPython has it in its tests."""
    # Only when it is needed, as it takes its time.
    from test import test_buffer

    return test_buffer.verify_structure(*arguments)
