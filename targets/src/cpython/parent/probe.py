# Tells, in one line of JSON, what there is to know of the interpreter that runs this.
# Runs in 2.7 and in every 3.x. Site packages may have printed something before, so that line has a mark.

import sys

# Not what happens to be in the current folder.
sys.path = [path for path in sys.path if path]

import json
import os
import platform
import struct
import sysconfig


def variable(name):
    return sysconfig.get_config_var(name) or ""


def libraries():
    """Where the shared library may be; the first that exists is it."""
    version = "%d.%d" % sys.version_info[:2]
    if os.name == "nt":
        folders = [home, os.path.dirname(sys.executable)]
        names = ["python%s.dll" % version.replace(".", "")]
    else:
        libdir = variable("LIBDIR")
        folders = [
            libdir,
            os.path.join(libdir, variable("MULTIARCH")),
            variable("PYTHONFRAMEWORKPREFIX"),
            # Of an installation that was moved, and where Debian has it in one.
            os.path.join(home, "lib"),
            os.path.join(home, "lib", variable("MULTIARCH")),
        ]
        stem = "libpython" + version + getattr(sys, "abiflags", "")
        names = [variable("INSTSONAME"), variable("LDLIBRARY")]
        names += [stem + ending for ending in (".so.1.0", ".so", ".dylib")]
    return [
        os.path.join(folder, name)
        for folder in folders
        for name in names
        if folder and name and not name.endswith(".a")
    ]


def odd_layout():
    """Why objects do not look in memory as they do elsewhere, if so."""
    if variable("Py_GIL_DISABLED"):
        return "a free-threaded build"
    if hasattr(sys, "getobjects"):
        return "a build that traces references"
    return None


home = getattr(sys, "real_prefix", None) or getattr(sys, "base_prefix", sys.prefix)
told = {
    "implementation": platform.python_implementation(),
    "executable": sys.executable,
    "version": sys.version_info[:3],
    "version_text": platform.python_version(),
    "home": home,
    "libraries": libraries(),
    "pointer_bits": 8 * struct.calcsize("P"),
    "odd_layout": odd_layout(),
    "debug": hasattr(sys, "gettotalrefcount"),
}
print("\npybuf:" + json.dumps(told))
