# Evaluates an expression and asks what comes of it for buffers, in the words of pybuf's cases: questions and
# replies, a line of JSON each. It is run by `python -c`, in 2.7 and in every 3.x.
#
# What is evaluated may do anything to this interpreter, so whatever is needed later is taken hold of before.

import sys
import os

# Site packages may have printed something by now.
os.write(1, b"\npybuf\n")

# Our own imports do not look in the current folder; what is evaluated does, as in any `python -c`.
path = sys.path
sys.path = [folder for folder in path if folder]

import ast
import gc
import importlib
import io
import itertools
import json
import re
import signal
import types

try:
    import ctypes
    from ctypes import POINTER, PYFUNCTYPE, byref, c_int, c_ssize_t, c_void_p, py_object
except ImportError as error:
    line = json.dumps({"unable": {"message": "it has no ctypes: %s" % error}})
    os.write(1, (line + "\n").encode("ascii"))
    os._exit(0)

try:
    import fcntl
except ImportError:
    fcntl = None

sys.path = path

# Python 2 empties a module that nobody holds.
ours = sys.modules["__main__"]

# Builtins can be replaced, too.
globals().update((name, it) for name, it in vars(__builtins__).items() if name[0] != "_")

VERSION = sys.version_info[:2]
Text = type(u"")

# Names and messages are not longer than this, nor formats, which are told as cut by three dots: that is no
# format, and so nobody takes it for one.
LONGEST_WORDS = 1000
LONGEST_FORMAT = 10000


def far_from_others():
    """A copy of the standard output, with a number that nobody comes upon who closes or replaces low ones."""
    try:
        copy = getattr(fcntl, "F_DUPFD_CLOEXEC", None) or fcntl.F_DUPFD
        return fcntl.fcntl(1, copy, 200)
    except Exception:
        return os.dup(1)


def identity(descriptor):
    status = fstat(descriptor)
    return status.st_dev, status.st_ino


# What is printed goes to standard error: this is for us alone.
fstat = os.fstat
OUT = far_from_others()
PIPE = identity(OUT)
os.dup2(2, 1)

# How we end if the pipe is not there any more: with a status that says so.
LOST = 79

# Who hangs shall not outlive the one who asks. Linux can see to that (PR_SET_PDEATHSIG, SIGKILL).
try:
    ctypes.CDLL(None).prctl(1, 9)
except Exception:
    pass

PROCESS = os.getpid()
quote = json.encoder.encode_basestring_ascii
getpid, write, end = os.getpid, os.write, os._exit
set_interval = getattr(sys, "setswitchinterval", None) or sys.setcheckinterval
collect_nothing = gc.disable
set_trace, set_profile = sys.settrace, sys.setprofile
get_handler, set_handler, ignored = signal.getsignal, signal.signal, signal.SIG_IGN
set_timer, SIGNALS = getattr(signal, "setitimer", None), range(1, signal.NSIG)
TIMERS = [getattr(signal, name) for name in ("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF") if set_timer]
surrogates = re.compile(u"[\ud800-\udfff]")
pending = []


def be_fair():
    """Lets threads take turns often: we have many short things to say."""
    if VERSION < (3,):
        set_interval(1)
    else:
        set_interval(1e-5)


def ignore_signals():
    """No signal interrupts our work from now on."""
    # Each of these may be interrupted by what it puts an end to.
    for _ in range(10):
        try:
            for timer in TIMERS:
                set_timer(timer, 0)
            for number in SIGNALS:
                if callable(get_handler(number)):
                    set_handler(number, ignored)
            return
        except BaseException:
            pass


def json_of(value):
    """Without the module json, whose parts can be replaced."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{%s}" % ",".join([quote(key) + ":" + json_of(value[key]) for key in value])
    if isinstance(value, list):
        return "[%s]" % ",".join([json_of(item) for item in value])
    if isinstance(value, Text):
        return quote(surrogates.sub(u"?", value))
    return quote(value) if isinstance(value, str) else "%d" % value


def tell(**line):
    """Tells it together with what is told next, unless there is a `flush` before."""
    pending.append(json_of(line) + "\n")


def flush():
    # A copy of this process has nothing to tell.
    if getpid() != PROCESS:
        end(0)
    data = "".join(pending).encode("ascii")
    del pending[:]
    try:
        while data and identity(OUT) == PIPE:
            data = data[write(OUT, data):]
    except OSError:
        pass
    if data:
        end(LOST)


def words(thing):
    """What it is as text, be it able to say that or not."""
    for text_of in (str, Text):
        try:
            said = text_of(thing)
            said = said if isinstance(said, Text) else said.decode("utf-8", "replace")
            return said[:LONGEST_WORDS]
        except Exception:
            pass
    return u""


# The name of a class is what C knows, whatever its metaclass says.
name_of = type.__dict__["__name__"].__get__


def message_of(error):
    """As Python ends a traceback."""
    kind = type(error)
    module = words(getattr(kind, "__module__", ""))
    home = u"" if module in ("builtins", "exceptions", "__main__") else module + u"."
    said = words(error)
    return home + words(name_of(kind)) + (u": " + said if said else u"")


def read_subject():
    """The line that says what to evaluate. What is evaluated has nothing to read."""
    data = b""
    while not data.endswith(b"\n"):
        more = os.read(0, 1 << 16)
        if not more:
            end(1)
        data += more
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return json.loads(data.decode("utf-8"))
