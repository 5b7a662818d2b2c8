

# Asking

MASKS = [
    sum(bits) for bits in itertools.product(
        (0, 0x100), (0, 0x80), (0, 0x40), (0, 0x20), (0, 0x10), (0, 8), (0, 4), (0, 1))
]
FULL_RO = 0x11C
WRITABLE = 0x001
SIMPLE = 0


class Session:
    """Questions to an object. A step is what is left out altogether if one of its questions is deadly."""

    def __init__(self, thing, skips):
        self.thing = thing
        self.address = id(thing)
        self.eye = Eye(self.address)
        self.skips = skips
        self.step = None
        # As they are numbered.
        self.views = []
        self.immutable = None

    def begins(self, step):
        self.step = step
        return step not in self.skips

    def ask(self, question, act):
        tell(asks={"step": self.step, "question": question})
        flush()
        told = act()
        tell(answers={"returned": told})
        return told

    def call(self, name, arguments, act):
        return self.ask({"call": {name: arguments}}, act)

    def get(self, flags):
        """The number of the view if it is granted."""
        view = poisoned()
        self.views.append(view)

        def act():
            told = observe(self.address, lambda: GET_BUFFER(self.address, view, flags))
            granted = told["value"] == 0
            told["obj"] = self.eye.obj(view, granted)
            if granted:
                told["view"] = self.eye.fields(view)
            return told

        told = self.call("PyObject_GetBuffer", {"object": 0, "flags": flags}, act)
        return len(self.views) - 1 if told["value"] == 0 else None

    def release(self, number):
        view = self.views[number]

        def act():
            told = observe(self.address, lambda: RELEASE(view), failure=None)
            told["obj"] = self.eye.obj(view, False)
            return told

        self.call("PyBuffer_Release", {"view": number}, act)

    def works(self, step):
        """Our own work, which is no question: it is left out if it is deadly, and the object is not to blame."""
        if step in self.skips:
            return False
        tell(works=step)
        flush()
        return True

    def masks(self, prove):
        """All requests, in an order and in its reverse; which were granted."""
        tried = set()
        granted = set()
        for flags in MASKS + MASKS[::-1]:
            if not self.begins("mask %d" % flags):
                continue
            number = self.get(flags)
            if number is None:
                continue
            granted.add(flags)
            if flags & WRITABLE and prove:
                memory = memory_of(self.views[number])
                if memory and memory not in tried and len(tried) < MOST_PROOFS and self.works("proof"):
                    tried.add(memory)
                    kind = prove(self.views[number], memory)
                    if kind:
                        tell(immutable=kind)
                        prove = None
            self.release(number)
        return granted

    def elements(self, flags):
        if not self.begins("elements"):
            return
        number = self.get(flags)
        if number is None:
            return
        view = self.views[number]
        layout = layout_of(view)
        if layout is not None:
            read = lambda: {"bytes": elements_of(view, layout)}
            self.ask({"elements": {"view": number}}, read)
        self.release(number)

    def lifecycle(self, flags):
        """Views that are lent at once. The first is given back twice."""
        if not self.begins("lifecycle"):
            return
        numbers = [self.get(flags), self.get(SIMPLE), self.get(flags)]
        numbers = [number for number in numbers if number is not None]
        for number in numbers + numbers[:1]:
            self.release(number)

    def functions(self):
        """All others."""
        self.check("PyObject_CheckBuffer", check_buffer)
        for name, called in AS_BUFFER:
            self.old(name, called)
        self.check("PyObject_CheckReadBuffer", CHECK_READ_BUFFER)

    def check(self, name, called):
        if called and self.begins(name):
            act = lambda: observe(self.address, lambda: called(self.address))
            self.call(name, {"object": 0}, act)

    def old(self, name, called):
        if not called or not self.begins(name):
            return
        buffer, length = c_void_p(POISON), c_ssize_t(POISON_SIZE)

        def act():
            told = observe(self.address, lambda: called(self.address, buffer, length))
            told["buffer"] = self.eye.pointer(buffer.value)
            told["length"] = seen(length.value, POISON_SIZE)
            return told

        self.call(name, {"object": 0}, act)

    def memoryview(self):
        if not self.begins("PyMemoryView_FromObject"):
            return
        # With the only reference to it.
        made = {}

        def make():
            made["view"] = MEMORYVIEW(self.address)
            return 0

        def act():
            told = observe(self.address, make)
            if made:
                told.update(seen_memoryview(made["view"]))
            return told

        def drop():
            return observe(self.address, made.clear, failure=None)

        self.call("PyMemoryView_FromObject", {"object": 0}, act)
        if made:
            self.call("Py_DecRef", {"object": 1}, drop)


def seen_memoryview(view):
    """What it says of itself, and its bytes if they are not too many."""
    fields = {"buf": {"is": "elsewhere"}, "format": "untouched"}
    for name in ("shape", "strides", "suboffsets"):
        entries = getattr(view, name)
        fields[name] = {"is": None if entries is None else list(entries)}
    for name in ("itemsize", "readonly", "ndim"):
        fields[name] = {"is": int(getattr(view, name))}
    # Python 2 has no `nbytes`.
    size = getattr(view, "nbytes", product(view.shape or ()) * view.itemsize)
    fields["len"] = {"is": size}
    told = {"view": fields}
    try:
        fields["format"] = {"is": text_of_format(view.format)}
        if 0 <= size <= MOST_BYTES:
            told["bytes"] = list(bytearray(view.tobytes()))
    except Exception:
        # A format that is no text it does not tell, and not all memory it copies.
        forget()
    return told


def fullest(granted):
    """The request that asks for the most, and demands the least of contiguity."""
    ones = lambda flags: bin(flags).count("1")
    return max(granted, key=lambda flags: (ones(flags & FULL_RO), -ones(flags), -flags))


def main():
    subject = read_subject()
    thing, names, codes = evaluate(subject)
    # What is freed at its own time would be counted in the wrong call; and threads shall let us go on soon.
    collect_nothing()
    be_fair()
    session = Session(thing, subject["skips"])
    tell(evaluated=about(thing, bool(check_buffer(session.address))))
    if VERSION < (3,) and session.works("old slots"):
        tell(old=old_slots(session.address))
    prove = lambda view, memory: immutable_home(memory, [thing] + list(names.values()) + codes + owner_of(view))
    granted = session.masks(prove)
    if granted:
        session.elements(fullest(granted))
        session.lifecycle(fullest(granted))
    session.functions()
    session.memoryview()
    tell(done={})
    flush()
    end(0)


try:
    main()
except BaseException as error:
    # Not the object: its exceptions are answers.
    ignore_signals()
    tell(failed={"message": message_of(error)})
    flush()
    end(1)
