def released():
    view = memoryview(b"ab")
    view.release()
    return view
