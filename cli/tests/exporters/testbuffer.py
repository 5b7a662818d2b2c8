from _testbuffer import *
