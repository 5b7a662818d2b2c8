/*
 * pybuf.h: Python's buffer protocols, without Python.
 *
 * Made from fast/src by `UPDATE_HEADER=1 cargo test -p pybuf-fast --test header`: do not edit.
 *
 * Functions fail with -1 or NULL, and pybuf_Error_Occurred() and pybuf_Error_Message() tell why. An argument
 * that must not be NULL and is, is such a failure. Objects, and what is made of them, stay in one thread.
 * intptr_t is what Python calls Py_ssize_t.
 */


#ifndef PYBUF_H
#define PYBUF_H

#include <stdint.h>

/**
 * The most dimensions that a buffer may have.
 */
#define PYBUF_MAX_NDIM 64

/**
 * Plain bytes: no shape, no strides, no suboffsets, no format.
 */
#define PYBUF_SIMPLE 0

/**
 * The memory must be writable. Without it, it may be.
 */
#define PYBUF_WRITABLE 1

/**
 * The older spelling of `PYBUF_WRITABLE`.
 */
#define PYBUF_WRITEABLE PYBUF_WRITABLE

/**
 * The format must be filled.
 */
#define PYBUF_FORMAT 4

/**
 * The shape must be filled.
 */
#define PYBUF_ND 8

/**
 * The strides must be filled.
 */
#define PYBUF_STRIDES (16 | PYBUF_ND)

/**
 * The last index must vary the fastest, without gaps.
 */
#define PYBUF_C_CONTIGUOUS (32 | PYBUF_STRIDES)

/**
 * The first index must vary the fastest, without gaps.
 */
#define PYBUF_F_CONTIGUOUS (64 | PYBUF_STRIDES)

/**
 * Either order will do, without gaps.
 */
#define PYBUF_ANY_CONTIGUOUS (128 | PYBUF_STRIDES)

/**
 * The suboffsets must be filled if the memory needs them.
 */
#define PYBUF_INDIRECT (256 | PYBUF_STRIDES)

/**
 * Writable, packed in C's order, with a shape.
 */
#define PYBUF_CONTIG (PYBUF_ND | PYBUF_WRITABLE)

/**
 * Packed in C's order, with a shape.
 */
#define PYBUF_CONTIG_RO PYBUF_ND

/**
 * Writable, with strides.
 */
#define PYBUF_STRIDED (PYBUF_STRIDES | PYBUF_WRITABLE)

/**
 * With strides.
 */
#define PYBUF_STRIDED_RO PYBUF_STRIDES

/**
 * Writable, with strides and a format.
 */
#define PYBUF_RECORDS ((PYBUF_STRIDES | PYBUF_FORMAT) | PYBUF_WRITABLE)

/**
 * With strides and a format.
 */
#define PYBUF_RECORDS_RO (PYBUF_STRIDES | PYBUF_FORMAT)

/**
 * Writable, with everything there is.
 */
#define PYBUF_FULL ((PYBUF_INDIRECT | PYBUF_FORMAT) | PYBUF_WRITABLE)

/**
 * With everything there is.
 */
#define PYBUF_FULL_RO (PYBUF_INDIRECT | PYBUF_FORMAT)

/**
 * A memoryview for reading. Not a request; as one it is refused.
 */
#define PYBUF_READ 256

/**
 * A memoryview for writing. Not a request; as one it is refused.
 */
#define PYBUF_WRITE 512

/**
 * `Py_END_OF_BUFFER`: the size that is all that follow.
 */
#define PYBUF_END_OF_BUFFER (-1)

/**
 * Python's memoryview. Slices and casts of one keep the memory as it does, and each of them is to be
 * dropped.
 */
typedef struct pybuf_memoryview pybuf_memoryview;

/**
 * A counted reference to an exporter. What a view has for `obj` is one, too, which the view owns.
 *
 * Objects, their views and their memoryviews stay in the thread that made them.
 */
typedef struct pybuf_object pybuf_object;

/**
 * An object with the old protocol: one of `pybuf_Old_New`, or a buffer object. Each is to be dropped;
 * what was made of it stays good.
 */
typedef struct pybuf_old pybuf_old;

#if defined(Py_PYTHON_H) && (!defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030b0000)
/**
 * Python.h, which is to come first, has it.
 */
typedef Py_buffer pybuf_buffer;
#else
/**
 * What an exporter tells a consumer about its memory.
 *
 * Field for field the struct of CPython 3.3 and later, so that a pointer to one may be passed
 * to either. A copy is a second name for the same loan, not a second loan: release one of them.
 */
typedef struct {
    /**
     * Where the element with only zeros for indices is.
     */
    void *buf;
    /**
     * The exporter, as a reference that the view owns. NULL if there is nothing to release.
     */
    void *obj;
    /**
     * Bytes of all elements together, as if they were packed.
     */
    intptr_t len;
    /**
     * Bytes of one element.
     */
    intptr_t itemsize;
    /**
     * Whether the memory must not be written: 0 or 1.
     */
    int readonly;
    /**
     * How many dimensions, and so how many entries each of the three arrays has.
     */
    int ndim;
    /**
     * What an element is, in the language of Python's `struct` module. NULL means `"B"`.
     */
    const char *format;
    /**
     * Elements along each dimension, or NULL.
     */
    intptr_t *shape;
    /**
     * Bytes from one element to the next along each dimension; NULL means packed, C's order.
     */
    intptr_t *strides;
    /**
     * Dimension by dimension: follow a pointer, then add these bytes; negative: do not. Or NULL.
     */
    intptr_t *suboffsets;
    /**
     * The exporter's own.
     */
    void *internal;
} pybuf_buffer;
#endif

/**
 * What an exporter does: a table of functions, each of which is called with the `self` that
 * `pybuf_Object_New` was given. One that throws, as C++ can, ends the process.
 */
typedef struct {
    /**
     * Describes the memory, once for each request, whatever the request is: the flags are seen to by
     * the library. Fill `buf`, and where they differ from what is there `readonly` (0), `itemsize`
     * (1), `ndim` (0), `format` (NULL for `"B"`), `shape` and `strides` (`ndim` entries each) and
     * `suboffsets` (as many, or NULL); the other fields are not looked at. Return 0; or, for a
     * failure, -1 behind `pybuf_Error_Set`. Must not be NULL.
     *
     * From a successful call that a view is made of until that view is released, the arrays, the format
     * and the pointers on the way to elements stay where and as they are, and no writable element
     * shares bytes with them. The memory holds every element that they describe, initialised, and the
     * gaps between them: the bytes between two that are less than 256 bytes apart along a dimension.
     * Copies read gaps, but never write there. While a function of the library copies elements, nobody
     * else writes elements or gaps.
     */
    int (*describe)(void *itself, pybuf_buffer *memory);
    /**
     * Told once for each view that is granted. May be NULL.
     */
    void (*granted)(void *itself);
    /**
     * Told once for each view that is released. May be NULL.
     */
    void (*released)(void *itself);
    /**
     * Told when the last reference is gone, and nothing will be asked any more. May be NULL.
     */
    void (*destroyed)(void *itself);
} pybuf_exporter;

/**
 * A slot that finds a segment, or NULL.
 */
typedef intptr_t (*pybuf_segment_slot)(void *itself, intptr_t segment, void **start);

/**
 * What an exporter of the old protocol does: the slots of Python 2.7, each of which is called with the
 * `self` that `pybuf_Old_New` was given. Any may be NULL, and is missing then. One that throws, as C++
 * can, ends the process.
 */
typedef struct {
    /**
     * Sets the start of a segment to read, and returns its bytes; for a failure, -1 behind
     * `pybuf_Error_Set`. Segments are 0 here. Sometimes called only to see whether it is there.
     *
     * A segment is there until the object is changed or gone, and at least from `hold` to `let_go`.
     * While a function of the library runs that is given the object, nobody else changes it or writes
     * to its memory.
     */
    pybuf_segment_slot getreadbuffer;
    /**
     * The same, to write.
     */
    pybuf_segment_slot getwritebuffer;
    /**
     * Returns how many segments there are. The second argument is NULL.
     */
    intptr_t (*getsegcount)(void *itself, intptr_t *bytes);
    /**
     * As `getreadbuffer`, for characters.
     */
    pybuf_segment_slot getcharbuffer;
    /**
     * From here on the segments stay where they are, until as many calls of `let_go`.
     */
    void (*hold)(void *itself);
    /**
     * Undoes one `hold`.
     */
    void (*let_go)(void *itself);
    /**
     * Told when nothing needs it any more.
     */
    void (*destroyed)(void *itself);
} pybuf_old_exporter;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * `PyErr_Occurred`: the name of the exception's class, as `"BufferError"`; NULL if nothing has failed.
 * It is there until the next failure.
 */
const char *pybuf_Error_Occurred(void);

/**
 * What went wrong, in English; NULL if nothing has failed. It is there until the next failure.
 */
const char *pybuf_Error_Message(void);

/**
 * `PyErr_Clear`: forgets the failure, if there is any.
 */
void pybuf_Error_Clear(void);

/**
 * `PyErr_SetString`: for the functions of an exporter, before they return -1. NULL for the class is
 * SystemError, and for the message an empty one. Of each, 255 bytes are kept.
 *
 * Safety:
 *
 * Both are NULL or C strings.
 */
void pybuf_Error_Set(const char *exception, const char *message);

/**
 * Makes an object of an exporter. The table is copied.
 *
 * Fails, with NULL, if there is no table or no function that describes the memory; `destroyed` is not
 * called then.
 *
 * Safety:
 *
 * `exporter` is NULL or a table whose functions may be called as it says.
 */
pybuf_object *pybuf_Object_New(const pybuf_exporter *exporter,
                               void *itself);

/**
 * `Py_NewRef`: one more reference to the same object, as which it is returned. Of NULL, NULL.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
pybuf_object *pybuf_NewRef(pybuf_object *object);

/**
 * `Py_DecRef`: gives a reference up. The object is destroyed with its last one. NULL is nothing.
 *
 * Safety:
 *
 * `object` is NULL or a reference of the caller's own, from a function that returns a new one.
 */
void pybuf_DecRef(pybuf_object *object);

/**
 * How many references there are, those that views hold included. Of NULL, 0.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
intptr_t pybuf_RefCount(const pybuf_object *object);

/**
 * How many views of the object are out. Of NULL, 0.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
intptr_t pybuf_Exports(const pybuf_object *object);

/**
 * `PyObject_CheckBuffer`: whether the object has a buffer interface, as all have that are not NULL.
 * That is no promise that a request is granted.
 */
int pybuf_CheckBuffer(const pybuf_object *object);

/**
 * `PyObject_GetBuffer`: asks for a view. Returns 0, and the view is to be given back by
 * `pybuf_Release`; or -1, and of the view only `obj` was written, which is NULL.
 *
 * The exception is BufferError where the memory does not meet the flags, SystemError for a NULL object
 * or flags that are no request, and any other that the exporter raises.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held; `view` is NULL or good for writing. What it points at
 * is used until the release only, and not written if it is read-only.
 */
int pybuf_GetBuffer(pybuf_object *object,
                    pybuf_buffer *view,
                    int flags);

/**
 * `PyBuffer_Release`: gives a view back, and sets its `obj` to NULL. Again, or of NULL, it does
 * nothing.
 *
 * Safety:
 *
 * `view` is NULL or was filled by this library; it is not a copy of one that was given back. Views of
 * other libraries are theirs to release.
 */
void pybuf_Release(pybuf_buffer *view);

/**
 * `PyBuffer_FillInfo`: fills a view of `len` bytes at `buf`. With an exporter, the view holds a
 * reference to it and is one of its exports until `pybuf_Release`; without, there is nothing to
 * release.
 *
 * Fails if writable memory is asked for and `readonly` is not 0. Shape and strides point into the
 * struct itself.
 *
 * Safety:
 *
 * As for `pybuf_GetBuffer`. `exporter` may be NULL.
 */
int pybuf_FillInfo(pybuf_buffer *view,
                   pybuf_object *exporter,
                   void *buf,
                   intptr_t len,
                   int readonly,
                   int flags);

/**
 * Answers a request for memory that `memory` describes in full: for the `bf_getbuffer` of an exporter
 * of any runtime. Fills all fields but `obj`, which the exporter sets itself to a reference; on a
 * failure nothing is written.
 *
 * Of `memory` the fields count that `pybuf_exporter.describe` fills. The view borrows format and
 * arrays.
 *
 * Safety:
 *
 * Both are NULL or good for reading and for writing; format and arrays are as long as they say, and
 * outlive the view.
 */
int pybuf_Fill(pybuf_buffer *view,
               const pybuf_buffer *memory,
               int flags);

/**
 * `PyBuffer_IsContiguous`: 1 if the elements follow each other without gaps in the order `'C'`, `'F'`
 * (Fortran) or `'A'`, either of them; otherwise 0, of NULL, too.
 *
 * Safety:
 *
 * `view` is NULL or a view that was granted and not released.
 */
int pybuf_IsContiguous(const pybuf_buffer *view,
                       char order);

/**
 * `PyBuffer_GetPointer`: the first byte of the element with these indices, one for each dimension.
 * NULL is a failure.
 *
 * Safety:
 *
 * `view` is NULL or a view that was granted and not released. The indices are inside its shape.
 */
void *pybuf_GetPointer(const pybuf_buffer *view, const intptr_t *indices);

/**
 * `PyBuffer_FillContiguousStrides`: writes the strides in bytes of packed elements, in Fortran's order
 * for `'F'` and in C's for any other. Does nothing without dimensions, or if an array is NULL.
 *
 * Safety:
 *
 * Both arrays are NULL or have `ndim` entries, and are not the same.
 */
void pybuf_FillContiguousStrides(int ndim,
                                 const intptr_t *shape,
                                 intptr_t *strides,
                                 int itemsize,
                                 char order);

/**
 * `PyBuffer_SizeFromFormat`: the size in bytes of an item of that format. -1 is a failure: the
 * exception is the struct module's `error` for what is no format, SystemError for NULL.
 *
 * Safety:
 *
 * `format` is NULL or a C string.
 */
intptr_t pybuf_SizeFromFormat(const char *format);

/**
 * `PyBuffer_ToContiguous`: copies all elements of a view to `buf`, packed in the order `'C'`, `'F'`
 * (Fortran) or `'A'`: as they lie if they are contiguous, in C's order otherwise. Returns 0, or -1,
 * and nothing was written.
 *
 * Fails with ValueError if `len` is not the view's, or for any other order; with BufferError if the
 * elements are longer than that. `buf` may be NULL if there is nothing to copy. The view may be one of
 * this library or of any CPython 3.
 *
 * Safety:
 *
 * `view` is NULL or a view that was granted and not released. Its elements are initialised, and so are
 * the gaps between them: the bytes between two that are less than 256 bytes apart along a dimension.
 * Copies read gaps, but never write there. Nobody writes elements or gaps meanwhile. `buf` is good for
 * writing `len` bytes, which are none of those.
 */
int pybuf_ToContiguous(void *buf,
                       const pybuf_buffer *view,
                       intptr_t len,
                       char order);

/**
 * `pybuf_ToContiguous` by up to so many threads, one of which is the caller's; 0 and less are one.
 * Copies of less than a few MiB are not shared, nor are those through pointers.
 *
 * Safety:
 *
 * As for `pybuf_ToContiguous`.
 */
int pybuf_ToContiguousThreads(void *buf,
                              const pybuf_buffer *view,
                              intptr_t len,
                              char order,
                              int threads);

/**
 * `PyBuffer_FromContiguous`: copies packed bytes to the elements of a view. Fewer than it has fill its
 * first elements in that order; of more, the first count. Returns 0, or -1, and nothing was written.
 *
 * Whether the view is read-only is not looked at. Otherwise as `pybuf_ToContiguous`.
 *
 * Safety:
 *
 * As for `pybuf_ToContiguous`, and the elements may be written to: nobody else uses them meanwhile.
 * `buf` is good for reading `len` bytes, which are neither elements nor gaps.
 */
int pybuf_FromContiguous(const pybuf_buffer *view,
                         const void *buf,
                         intptr_t len,
                         char order);

/**
 * `pybuf_FromContiguous` by up to so many threads, as in `pybuf_ToContiguousThreads`. Copies to
 * elements that share memory with each other are not shared.
 *
 * Safety:
 *
 * As for `pybuf_FromContiguous`.
 */
int pybuf_FromContiguousThreads(const pybuf_buffer *view,
                                const void *buf,
                                intptr_t len,
                                char order,
                                int threads);

/**
 * `PyObject_CopyData`: copies the elements of an object to those of another with the same indices.
 * Returns 0, or -1, and nothing was written.
 *
 * Fails with BufferError if the destination is read-only, too small, or of a shape that does not fit.
 * The two may be the same, or share memory: what arrives where they do is any of what was there.
 *
 * Safety:
 *
 * Both are NULL or references that are held. Nobody else uses their elements meanwhile, or writes in
 * the gaps between them (see `pybuf_ToContiguous`).
 */
int pybuf_CopyData(pybuf_object *dest,
                   pybuf_object *src);

/**
 * `PyObject_CopyToObject`, which Python 2.7 documented: copies packed bytes to the first elements of
 * an object in an order. Returns 0, or -1, and nothing was written.
 *
 * Fails with BufferError if the object is read-only or too small, with ValueError for an order that is
 * none of those of `pybuf_ToContiguous`.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held. Nobody else uses its elements meanwhile, or writes in
 * the gaps between them (see `pybuf_ToContiguous`). `buf` is good for reading `len` bytes, which are
 * neither.
 */
int pybuf_CopyToObject(pybuf_object *object,
                       const void *buf,
                       intptr_t len,
                       char order);

/**
 * `PyMemoryView_FromObject`: views all of an object's memory, as it is. NULL is a failure, here and
 * below: with what a request of the object fails.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
pybuf_memoryview *pybuf_MemoryView_FromObject(pybuf_object *object);

/**
 * `PyMemoryView_FromMemory`: views `size` bytes, to write if `flags` is `PYBUF_WRITE`, otherwise to
 * read. Fails with ValueError for NULL, with BufferError for a negative size.
 *
 * Safety:
 *
 * The bytes are there, initialised, until the memoryview, all that is made of it and all views of it
 * are gone. While a function of this library copies some of them, nobody else writes any.
 */
pybuf_memoryview *pybuf_MemoryView_FromMemory(char *mem,
                                              intptr_t size,
                                              int flags);

/**
 * `PyMemoryView_FromBuffer`: views what a struct describes. Format and arrays are copied, and `obj` is
 * not looked at: who filled the struct still has to release it, and not before the memoryview and all
 * views of it are gone.
 *
 * Safety:
 *
 * `info` is NULL or a struct whose format is NULL or a C string and whose arrays are NULL or have
 * `ndim` entries. Its elements, pointers and gaps are there as `pybuf_exporter.describe` says, until
 * the memoryview, all that is made of it and all views of it are gone.
 */
pybuf_memoryview *pybuf_MemoryView_FromBuffer(const pybuf_buffer *info);

/**
 * `PyMemoryView_GetContiguous`: views an object's memory if that is contiguous in the order `'C'`,
 * `'F'` (Fortran) or `'A'`, otherwise a read-only copy. If `buffertype` is `PYBUF_WRITE`, memory that
 * is read-only or would have to be copied is a BufferError; any other is `PYBUF_READ`. Any other order
 * is a ValueError.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
pybuf_memoryview *pybuf_MemoryView_GetContiguous(pybuf_object *object,
                                                 int buffertype,
                                                 char order);

/**
 * `memoryview[start:stop:step]`, along the first dimension. Indices below 0 count from the end, and
 * what is beyond an end is cut off: `INTPTR_MAX` and `INTPTR_MIN` are where nothing is said in Python.
 * `0, INTPTR_MAX, 2` is `[::2]`, and `INTPTR_MAX, INTPTR_MIN, -1` is `[::-1]`.
 *
 * Fails with ValueError if the step is 0, with TypeError without dimensions, with BufferError if the
 * memoryview is released.
 *
 * Safety:
 *
 * `memoryview` is NULL or was not dropped.
 */
pybuf_memoryview *pybuf_MemoryView_Slice(const pybuf_memoryview *memoryview,
                                         intptr_t start,
                                         intptr_t stop,
                                         intptr_t step);

/**
 * `memoryview.cast`: the same bytes as elements of another format, packed in C's order: in `ndim`
 * dimensions, or in one if `shape` is NULL.
 *
 * Fails with TypeError if the memory is not contiguous in C's order or not as long as the elements,
 * with ValueError if an item or an extent is nothing, with what `pybuf_SizeFromFormat` fails with,
 * with BufferError if the memoryview is released.
 *
 * Safety:
 *
 * `memoryview` is NULL or was not dropped, `format` NULL or a C string, and `shape` NULL or as long as
 * `ndim` says.
 */
pybuf_memoryview *pybuf_MemoryView_Cast(const pybuf_memoryview *memoryview,
                                        const char *format,
                                        int ndim,
                                        const intptr_t *shape);

/**
 * The memoryview as an object, to ask for views of it or to copy. The reference is borrowed: it is
 * there as long as the memoryview, or longer with `pybuf_NewRef`.
 *
 * Safety:
 *
 * `memoryview` is NULL or was not dropped.
 */
pybuf_object *pybuf_MemoryView_AsObject(const pybuf_memoryview *memoryview);

/**
 * `memoryview.release`: lets go of the object underneath. Returns 0, also if that was done before; or
 * -1, with BufferError, if views of the memoryview are out. It must be dropped all the same.
 *
 * Safety:
 *
 * `memoryview` is NULL or was not dropped.
 */
int pybuf_MemoryView_Release(pybuf_memoryview *memoryview);

/**
 * Drops a memoryview. Views of it that are out stay good. NULL is nothing.
 *
 * Safety:
 *
 * `memoryview` is NULL or was not dropped, and is not used any more.
 */
void pybuf_MemoryView_Drop(pybuf_memoryview *memoryview);

/**
 * Makes an object of the slots of an exporter. The table is copied. NULL, with SystemError, if there
 * is none.
 *
 * Safety:
 *
 * `exporter` is NULL or a table whose functions may be called as it says.
 */
pybuf_old *pybuf_Old_New(const pybuf_old_exporter *exporter,
                         void *itself);

/**
 * Drops an object. NULL is nothing.
 *
 * Safety:
 *
 * `old` is NULL or was not dropped, and is not used any more.
 */
void pybuf_Old_Drop(pybuf_old *old);

/**
 * `PyBuffer_FromObject` of Python 2: a buffer object that reads `size` bytes of the base from `offset`
 * on, or all that follow for `PYBUF_END_OF_BUFFER`. NULL is a failure, here and below.
 *
 * Fails with TypeError without a slot to read, or if there is not one segment; with ValueError if
 * offset or size is negative.
 *
 * Safety:
 *
 * `base` is NULL or was not dropped.
 */
pybuf_old *pybuf_Buffer_FromObject(const pybuf_old *base,
                                   intptr_t offset,
                                   intptr_t size);

/**
 * `PyBuffer_FromReadWriteObject` of Python 2: the same, to write.
 *
 * Safety:
 *
 * As for `pybuf_Buffer_FromObject`.
 */
pybuf_old *pybuf_Buffer_FromReadWriteObject(const pybuf_old *base, intptr_t offset, intptr_t size);

/**
 * `PyBuffer_FromMemory` of Python 2: a buffer object of `size` bytes, to read. Fails with ValueError
 * if the size is negative.
 *
 * Safety:
 *
 * The bytes are there, initialised, for as long as the buffer object and all that is made of it are.
 * While a function of this library uses them, nobody else writes them.
 */
pybuf_old *pybuf_Buffer_FromMemory(const void *start,
                                   intptr_t size);

/**
 * `PyBuffer_FromReadWriteMemory` of Python 2: the same, to write.
 *
 * Safety:
 *
 * As for `pybuf_Buffer_FromMemory`; the bytes may be written, too.
 */
pybuf_old *pybuf_Buffer_FromReadWriteMemory(void *start, intptr_t size);

/**
 * `PyBuffer_New` of Python 2: a buffer object with `size` bytes of its own, which are 0, to write.
 */
pybuf_old *pybuf_Buffer_New(intptr_t size);

/**
 * A buffer object under the new protocol, as a new reference. Fails with TypeError for any other
 * object.
 *
 * Safety:
 *
 * `old` is NULL or was not dropped.
 */
pybuf_object *pybuf_Old_AsObject(const pybuf_old *old);

/**
 * `PyObject_AsCharBuffer` of Python 2: sets where the only segment is, as characters, and how many
 * bytes it has. Returns 0, or -1 with TypeError, and nothing was written.
 *
 * Safety:
 *
 * `old` is NULL or was not dropped; the others are NULL or good for writing.
 */
int pybuf_Old_AsCharBuffer(const pybuf_old *old, const char **buffer, intptr_t *len);

/**
 * `PyObject_AsReadBuffer` of Python 2: the same, as bytes to read.
 *
 * Safety:
 *
 * As for `pybuf_Old_AsCharBuffer`.
 */
int pybuf_Old_AsReadBuffer(const pybuf_old *old, const void **buffer, intptr_t *len);

/**
 * `PyObject_AsWriteBuffer` of Python 2: the same, as bytes to write.
 *
 * Safety:
 *
 * As for `pybuf_Old_AsCharBuffer`.
 */
int pybuf_Old_AsWriteBuffer(const pybuf_old *old, void **buffer, intptr_t *len);

/**
 * `PyObject_CheckReadBuffer` of Python 2: 1 if there is a slot to read and exactly one segment,
 * otherwise 0.
 *
 * Safety:
 *
 * `old` is NULL or was not dropped.
 */
int pybuf_Old_CheckReadBuffer(const pybuf_old *old);

/**
 * `PyObject_AsCharBuffer` of Python 3: sets where an object's bytes are, and how many. Nothing keeps
 * them there. Returns 0, or -1 with TypeError, and nothing was written.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held; the others are NULL or good for writing.
 */
int pybuf_AsCharBuffer(pybuf_object *object,
                       const char **buffer,
                       intptr_t *len);

/**
 * `PyObject_AsReadBuffer` of Python 3: the same.
 *
 * Safety:
 *
 * As for `pybuf_AsCharBuffer`.
 */
int pybuf_AsReadBuffer(pybuf_object *object, const void **buffer, intptr_t *len);

/**
 * `PyObject_AsWriteBuffer` of Python 3: the same, to write.
 *
 * Safety:
 *
 * As for `pybuf_AsCharBuffer`.
 */
int pybuf_AsWriteBuffer(pybuf_object *object, void **buffer, intptr_t *len);

/**
 * `PyObject_CheckReadBuffer` of Python 3: 1 if the object grants a view of plain bytes, otherwise 0.
 *
 * Safety:
 *
 * `object` is NULL or a reference that is held.
 */
int pybuf_CheckReadBuffer(pybuf_object *object);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PYBUF_H */
