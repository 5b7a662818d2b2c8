import ctypes
import itertools
import os
import time

WRITABLE, FORMAT, STRIDES = 0x1, 0x4, 0x18

class Good:
    def __init__(self):
        self.memory = bytearray(b"abcd")

    def __buffer__(self, flags):
        return memoryview(self.memory)

class OtherException:
    def __buffer__(self, flags):
        if flags & WRITABLE:
            raise ValueError("read-only")
        return memoryview(b"ab")

class NoMemoryview:
    def __buffer__(self, flags):
        return b"ab"

class Released:
    def __buffer__(self, flags):
        view = memoryview(b"ab")
        view.release()
        return view

class NewMemoryEachTime:
    def __init__(self):
        self.kept = []

    def __buffer__(self, flags):
        # Kept, so that no two of them are in the same place.
        self.kept.append(bytearray(b"ab"))
        return memoryview(self.kept[-1])

class NewFormatEachTime:
    def __init__(self):
        self.formats = itertools.cycle("Bbc")
        self.memory = bytearray(b"ab")

    def __buffer__(self, flags):
        return memoryview(self.memory).cast(next(self.formats))

class IgnoresWritable:
    def __init__(self):
        self.memory = bytearray(b"ab")

    def __buffer__(self, flags):
        return memoryview(self.memory).toreadonly()

class OnlyWritable:
    def __init__(self):
        self.memory = bytearray(b"ab")

    def __buffer__(self, flags):
        if not flags & WRITABLE:
            raise BufferError("only for those who write")
        return memoryview(self.memory)

class ReadonlyTheSecondTime:
    def __init__(self):
        self.asked = 0
        self.memory = bytearray(b"ab")

    def __buffer__(self, flags):
        self.asked += 1
        view = memoryview(self.memory)
        return view if flags & WRITABLE or self.asked < 2 else view.toreadonly()

class DiesOfStrides(Good):
    def __buffer__(self, flags):
        if flags == STRIDES:
            os.abort()
        return memoryview(self.memory)

class HangsOnFormat(Good):
    def __buffer__(self, flags):
        while flags == FORMAT:
            time.sleep(1)
        return memoryview(self.memory)

class LendsBytesToWriters:
    def __init__(self):
        self.data = b"abcd"

    def __buffer__(self, flags):
        return memoryview(ctypes.cast(self.data, ctypes.POINTER(ctypes.c_char * 4)).contents)

class IgnoresStrides(Good):
    def __buffer__(self, flags):
        # As many bytes as there are elements, but not those.
        view = memoryview(self.memory)
        return view[::2] if flags & STRIDES == STRIDES else view[:2]

class ChangesItself(Good):
    def __buffer__(self, flags):
        self.memory[0] = (self.memory[0] + 1) % 256
        return memoryview(self.memory)

class LendsPackedCopies:
    def __init__(self):
        self.memory = memoryview(bytearray(b"abcdefgh"))[::2]
        self.copy = bytearray(self.memory)

    def __buffer__(self, flags):
        return self.memory if flags & STRIDES == STRIDES else memoryview(self.copy)
