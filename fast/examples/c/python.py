"""Views of a real Python, copied by the library that is the argument.

Run with any CPython 3: ctypes asks for the views, the library reads them where they are. What Python says of the
same memory is what the copies are checked against.
"""

import ctypes
import sys

Size = ctypes.c_ssize_t


class View(ctypes.Structure):
    """pybuf_buffer, which is Py_buffer."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", Size),
        ("itemsize", Size),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(Size)),
        ("strides", ctypes.POINTER(Size)),
        ("suboffsets", ctypes.POINTER(Size)),
        ("internal", ctypes.c_void_p),
    ]


FULL, FULL_RO, SIMPLE = 0x11D, 0x11C, 0

get_buffer = ctypes.pythonapi.PyObject_GetBuffer
get_buffer.argtypes = [ctypes.py_object, ctypes.POINTER(View), ctypes.c_int]
release = ctypes.pythonapi.PyBuffer_Release
release.argtypes = [ctypes.POINTER(View)]
release.restype = None


def load(path):
    library = ctypes.CDLL(path)
    view = ctypes.POINTER(View)
    library.pybuf_ToContiguous.argtypes = [ctypes.c_char_p, view, Size, ctypes.c_char]
    library.pybuf_FromContiguous.argtypes = [view, ctypes.c_char_p, Size, ctypes.c_char]
    library.pybuf_IsContiguous.argtypes = [view, ctypes.c_char]
    library.pybuf_GetPointer.argtypes = [view, ctypes.POINTER(Size)]
    library.pybuf_GetPointer.restype = ctypes.c_void_p
    library.pybuf_Error_Occurred.restype = ctypes.c_char_p
    return library


def packed(library, obj, order, flags=FULL_RO):
    view = View()
    get_buffer(obj, view, flags)
    try:
        copy = ctypes.create_string_buffer(view.len)
        assert library.pybuf_ToContiguous(copy, view, view.len, order) == 0
        return copy.raw
    finally:
        release(view)


def gather(library):
    numbers = (ctypes.c_int * 4 * 3)(*[(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12)])
    rows = memoryview(numbers)
    for view in (rows, rows[::-1], rows[::2], memoryview(b"abcdefgh")[1::3], memoryview(b"")):
        assert packed(library, view, b"C") == view.tobytes(), view.tolist()
    columns = (ctypes.c_int * 12)(1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12)
    assert packed(library, rows, b"F") == bytes(columns)
    # Without a shape.
    assert packed(library, bytearray(b"plain"), b"C", SIMPLE) == b"plain"


def scatter(library):
    memory = bytearray(10)
    view = View()
    get_buffer(memoryview(memory)[9::-2], view, FULL)
    assert library.pybuf_FromContiguous(view, b"abcde", 5, b"C") == 0
    assert library.pybuf_GetPointer(view, (Size * 1)(4)) == view.buf - 8
    release(view)
    assert memory == b"\0e\0d\0c\0b\0a", memory


def contiguity(library):
    view = View()
    get_buffer(memoryview(bytearray(10))[::2], view, FULL)
    assert not library.pybuf_IsContiguous(view, b"A")
    assert library.pybuf_ToContiguous(ctypes.create_string_buffer(4), view, 4, b"C") == -1
    assert library.pybuf_Error_Occurred() == b"ValueError"
    release(view)


library = load(sys.argv[1])
for check in (gather, scatter, contiguity):
    check(library)
print("CPython {}.{}.{}: its views are copied as it copies them".format(*sys.version_info[:3]))
