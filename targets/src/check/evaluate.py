

# Evaluating

# The names of the modules that were imported for the expression.
MODULES = []


def is_absent(error, name):
    """Whether an import failed because there is no module of that name, and not inside of one."""
    if VERSION < (3, 6):
        return str(error) in ("No module named " + name, "No module named " + name.split(".")[-1])
    return isinstance(error, ModuleNotFoundError) and error.name == name


def imported(name):
    """The module of that name; None if there is none."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if is_absent(error, name):
            return None
        raise


def chain_of(node):
    """`a.b.c` as the list of its names; empty for anything else."""
    names = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return [node.id] + names if isinstance(node, ast.Name) else []


def import_chain(names):
    """Imports the submodules that are named by a chain, as far as they are not there."""
    thing = sys.modules[names[0]]
    for length in range(1, len(names)):
        if not isinstance(thing, types.ModuleType):
            return
        if not hasattr(thing, names[length]):
            name = ".".join(names[:length + 1])
            if imported(name) is None:
                return
            MODULES.append(name)
        thing = getattr(thing, names[length], None)


def import_modules(tree, space):
    """Imports the modules that an expression names and nobody has defined."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = set(node.id for node in names if not isinstance(node.ctx, ast.Load))
    bound.update(node.arg for node in nodes if isinstance(node, getattr(ast, "arg", ())))
    for name in sorted(set(node.id for node in names) - bound):
        if name in space or hasattr(space["__builtins__"], name):
            continue
        # A name that is no module is left for Python to complain about.
        name = str(name)
        if imported(name) is not None:
            space[name] = sys.modules[name]
            MODULES.append(name)
    for node in nodes:
        chain = [str(name) for name in chain_of(node)]
        if len(chain) > 1 and chain[0] in MODULES:
            import_chain(chain)


def evaluate(subject):
    """The object, the names there are, and the code that was run. Tells why if there is no object."""
    space = types.ModuleType("__main__")
    sys.modules["__main__"] = space
    names = vars(space)
    names["__builtins__"] = __builtins__
    codes = []
    try:
        if subject["setup"].strip():
            tell(evaluates="setup")
            flush()
            codes.append(compile(subject["setup"], "<setup>", "exec", 0, True))
            exec(codes[0], names)
        tell(evaluates="expression")
        flush()
        expression = subject["expression"].strip()
        tree = compile(expression, "<expression>", "eval", ast.PyCF_ONLY_AST, True)
        import_modules(tree, names)
        codes.append(compile(tree, "<expression>", "eval", 0, True))
        thing = eval(codes[-1], names)
        # A trace function would be told of the next call.
        set_trace(None)
        set_profile(None)
        ignore_signals()
        return thing, names, codes
    except BaseException as error:
        tell(failed={"message": message_of(error)})
        flush()
        end(0)


def about(thing, exports):
    """What there is to know of an object besides its answers."""
    kind = type(thing)
    home, version = u"", None
    try:
        module = kind.__module__
        if isinstance(module, str) and module not in ("builtins", "__builtin__", "__main__"):
            home = words(module)
            package = home.split(u".")[0]
            version = getattr(sys.modules.get(str(package)), "__version__", None)
    except BaseException:
        pass
    name = words(name_of(kind))
    told = isinstance(version, (str, Text))
    return {
        "type_name": home + u"." + name if home else name,
        "package": package + u" " + words(version) if told else None,
        "exports": exports,
        "modules": [words(name) for name in MODULES],
    }
