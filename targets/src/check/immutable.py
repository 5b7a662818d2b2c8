

# Proving whose memory it is

MOST_STEPS = 4
MOST_OBJECTS = 10000

NUMBERS = (int, float, complex) + (() if VERSION > (3,) else (long,))
BytesIO, CodeType = io.BytesIO, types.CodeType
get_referents, getsizeof, MAX_UNICODE = gc.get_referents, sys.getsizeof, sys.maxunicode


def immutable_home(view, roots):
    """The name of the type of the immutable object that the memory of a writable view is in, if it is in one.

    Only an object that lives and holds the whole of it is a proof.
    """
    size = size_in_a_row(view)
    if not size or not view.buf or view.buf == POISON:
        return None
    if view.obj and view.obj != POISON:
        roots.append(object_at(view.obj))
    for thing in reachable(roots):
        for start, room in block_of(thing):
            if start <= view.buf and view.buf + size <= start + room:
                return words(name_of(type(thing)))
    return None


def size_in_a_row(view):
    """How many bytes from `buf` on are surely elements. None if that cannot be told."""
    layout = layout_of(view)
    if layout is None or view.suboffsets:
        return None
    places, size = layout
    if not places:
        return None
    in_a_row = (sum(index * stride for index, stride in place) == number * size
                for number, place in enumerate(places))
    return size * len(places) if all(in_a_row) else size


def reachable(roots):
    """The objects that these hold, step by step, themselves included."""
    met = set()
    now = roots
    for _ in range(MOST_STEPS + 1):
        new = []
        for thing in now:
            if id(thing) not in met and len(met) < MOST_OBJECTS:
                met.add(id(thing))
                new.append(thing)
                yield thing
        now = []
        for thing in new:
            # A BytesIO writes to bytes that it has for itself.
            if type(thing) is not BytesIO:
                now.extend(referents(thing))


def referents(thing):
    if type(thing) is CodeType:
        return list(thing.co_consts)
    return get_referents(thing)


def block_of(thing):
    """Where the contents of an immutable object are: its start and its size, or nothing."""
    kind, address = type(thing), id(thing)
    if kind is bytes:
        return [(address + bytes.__basicsize__ - 1, len(thing))]
    if any(kind is number for number in NUMBERS):
        return [(address, getsizeof(thing))]
    if kind is not Text:
        return []
    if VERSION < (3,):
        unit = 4 if MAX_UNICODE > 0xFFFF else 2
        return [(word_at(address, 3), len(thing) * unit)]
    # Up to 3.11 the characters may be elsewhere; its own size counts what is elsewhere, too.
    if VERSION < (3, 12) and not (word_at(address, 4) or 0) >> 5 & 1:
        return []
    highest = max(map(ord, thing)) if thing else 0
    unit = 1 if highest < 0x100 else 2 if highest < 0x10000 else 4
    return [(address, getsizeof("") - 1 + len(thing) * unit)]
