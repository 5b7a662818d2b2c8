

# Proving whose memory it is

MOST_STEPS = 4
MOST_OBJECTS = 10000
MOST_PROOFS = 16

NUMBERS = (int, float, complex) + (() if VERSION > (3,) else (long,))
BytesIO, CodeType = io.BytesIO, types.CodeType
get_referents, getsizeof, MAX_UNICODE = gc.get_referents, sys.getsizeof, sys.maxunicode

# What these hold, anybody may have.
OPEN = (tuple, list, dict, set, frozenset, CodeType)


def immutable_home(memory, roots):
    """The name of the type of the immutable object that memory is in, if it is in one.

    Only an object that lives and holds the whole of it is a proof; and not if it may be another one's own: who
    has made an object, and is the only one to have it, may write to it.
    """
    found = find_home(memory, roots)
    if not found or not is_for_all(found):
        return None
    return words(name_of(type(found[0])))


def find_home(memory, roots):
    """The immutable object that has the memory, in a list with what it was reached through."""
    start, end = memory
    for thing, owner in reachable(roots):
        for begin, room in block_of(thing):
            if begin <= start and end <= begin + room:
                return [thing, owner]
    return None


def is_for_all(found):
    """Whether others than its owner may have it. The owner of what was met first is nobody."""
    owner = found[1]
    if owner is None or any(type(owner) is kind for kind in OPEN):
        return True
    # One reference is ours, one the owner's.
    count = references(id(found[0]))
    if count is None or count > 2:
        return True
    try:
        attributes = object.__getattribute__(owner, "__dict__")
    except Exception:
        return False
    return type(attributes) is dict and any(value is found[0] for value in attributes.values())


def owner_of(view):
    return [object_at(view.obj)] if view.obj and view.obj != POISON else []


def memory_of(view):
    """From where to where there are elements, whatever is between them. None if that cannot be told."""
    ndim, size = view.ndim, view.itemsize
    if not view.buf or POISON in (view.buf, view.shape, view.strides) or view.suboffsets:
        return None
    if not 0 <= ndim <= MOST_DIMENSIONS or size <= 0:
        return None
    if ndim and not view.shape:
        # Bytes, whatever they are.
        return (view.buf, view.buf + view.len) if view.len > 0 else None
    shape = entries_at(view.shape, ndim) if ndim else []
    if any(extent <= 0 for extent in shape):
        return None
    strides = entries_at(view.strides, ndim) if view.strides else contiguous_strides(shape, size)
    ends = [(extent - 1) * stride for extent, stride in zip(shape, strides)]
    low, high = [sum(end for end in ends if (end < 0) == below) for below in (True, False)]
    return view.buf + low, view.buf + high + size


def reachable(roots):
    """The objects that these hold, step by step, themselves included, and which one holds each."""
    met = set()
    now = [(root, None) for root in roots]
    for _ in range(MOST_STEPS + 1):
        new = []
        for thing, owner in now:
            if len(met) >= MOST_OBJECTS:
                return
            if id(thing) not in met:
                met.add(id(thing))
                new.append(thing)
                yield thing, owner
        now = [(held, thing) for thing in new for held in referents(thing)]


def referents(thing):
    kind = type(thing)
    # A BytesIO writes to bytes that it has for itself.
    if issubclass(kind, BytesIO):
        return []
    if any(kind is it for it in OPEN[:-1]) and len(thing) > MOST_OBJECTS:
        return []
    return list(thing.co_consts) if kind is CodeType else get_referents(thing)


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
    # Up to 3.11 the characters may be elsewhere.
    if VERSION < (3, 12) and not (word_at(address, 4) or 0) >> 5 & 1:
        return []
    # So much it has at least. That there may be wide characters is not looked at, for that could take long.
    return [(address, getsizeof("") - 1 + len(thing))]
