def released_pickle_buffer():
    import pickle
    released = pickle.PickleBuffer(b"ab")
    released.release()
    return released
