import ctypes
from ctypes import c_char, c_int, c_short

class Point(ctypes.Structure):
    _fields_ = [("x", c_int), ("y", c_int)]

class Padded(ctypes.Structure):
    _fields_ = [("i", c_int), ("c", c_char)]

class Packed(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("c", c_char), ("i", c_int)]

class Either(ctypes.Union):
    _fields_ = [("i", c_int), ("c", c_char)]

class Bits(ctypes.Structure):
    _fields_ = [("low", c_int, 4), ("high", c_int, 12)]

class Nested(ctypes.Structure):
    _fields_ = [("points", Point * 2), ("s", c_short)]

class Big(ctypes.BigEndianStructure):
    _fields_ = [("i", c_int), ("s", c_short)]

class Empty(ctypes.Structure):
    _fields_ = []
