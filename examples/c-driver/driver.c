/* A skeleton of a driver for pybuf in C: one file, C99, nothing but the standard library.
 *
 *     cc -std=c99 -Wall -Wextra -O2 -o driver examples/c-driver/driver.c
 *     pybuf smoke --target exec:./driver
 *     pybuf run --target exec:./driver
 *
 * It implements PyObject_CheckBuffer, PyObject_GetBuffer and PyBuffer_Release for a toy `bytes`, and lacks
 * all else. To test a buffer library of your own, replace the part "the implementation" by calls to it,
 * name in `start` what it supports, and add a branch for each to `call`. examples/README.md tells the
 * protocol, and `pybuf schema` each call with its arguments.
 *
 * Requests are read without a JSON parser: the parent writes each in one way only, without spaces, and
 * a driver need not understand what it lacks. Before you add calls with arrays or text, take a
 * parser.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The implementation: bytes that can be asked for as one block, read-only ---- */

enum {
    PyBUF_WRITABLE = 0x1, PyBUF_FORMAT = 0x4, PyBUF_ND = 0x8, PyBUF_STRIDES = 0x18,
    PyBUF_READ = 0x100, PyBUF_WRITE = 0x200
};

typedef struct {
    unsigned char *memory;
    long long len;
    long long references;
} Bytes;

typedef struct {
    void *buf;
    Bytes *obj;
    long long len, itemsize;
    int readonly, ndim;
    const char *format;
    long long *shape, *strides, *suboffsets;
    long long shape_of_one, stride_of_one;
} View;

/* Fills the view, or returns the name of an exception. */
static const char *get_buffer(Bytes *bytes, View *view, int flags)
{
    view->obj = NULL;
    /* These two are no requests. */
    if (flags == PyBUF_READ || flags == PyBUF_WRITE)
        return "SystemError";
    if (flags & PyBUF_WRITABLE)
        return "BufferError";
    view->shape_of_one = bytes->len;
    view->stride_of_one = 1;
    view->buf = bytes->memory;
    view->obj = bytes;
    view->len = bytes->len;
    view->itemsize = 1;
    view->readonly = 1;
    view->ndim = 1;
    view->format = flags & PyBUF_FORMAT ? "B" : NULL;
    view->shape = flags & PyBUF_ND ? &view->shape_of_one : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->stride_of_one : NULL;
    view->suboffsets = NULL;
    bytes->references++;
    return NULL;
}

static void release(View *view)
{
    if (view->obj)
        view->obj->references--;
    view->obj = NULL;
}

/* ---- The case: objects and views by number. What is not there has a number, too ---- */

enum { MOST = 64 };

static Bytes *objects[MOST];
static int n_objects;

static struct {
    View view;
    int object; /* The one that was asked; -1 for a view that was not granted. */
} views[MOST];
static int n_views;

static void begin(void)
{
    int i;
    for (i = 0; i < n_views; i++)
        if (views[i].object >= 0)
            release(&views[i].view);
    for (i = 0; i < n_objects; i++)
        if (objects[i]) {
            free(objects[i]->memory);
            free(objects[i]);
        }
    n_objects = n_views = 0;
}

/* ---- The protocol ---- */

static void start(const char *line)
{
    if (!strstr(line, "{\"protocol\":1}")) {
        puts("{\"error\":{\"message\":\"this driver speaks version 1 of the protocol only\"}}");
        fflush(stdout);
        exit(2);
    }
    /* What it does not name it lacks, for that reason. */
    puts("{\"capabilities\":{\"name\":\"toy bytes in C\",\"editions\":[\"3.13\"],\"supports\":["
         "\"make bytes\",\"PyObject_CheckBuffer\",\"PyObject_GetBuffer\",\"PyBuffer_Release\"],"
         "\"reason\":\"not written yet\"}}");
}

/* Whether the name in a call begins so. A quote ends it. */
static int begins(const char *line, const char *name)
{
    static const char before[] = "{\"call\":{\"";
    size_t length = strlen(before);
    return strncmp(line, before, length) == 0 && strncmp(line + length, name, strlen(name)) == 0;
}

/* What is lacking takes the number of an object or a view all the same. */
static void lack(const char *line)
{
    if (begins(line, "PyMemoryView_From") || begins(line, "PyMemoryView_Get")
        || begins(line, "PyBuffer_New")
        || (begins(line, "PyBuffer_From") && !begins(line, "PyBuffer_FromContiguous")))
        objects[n_objects++] = NULL;
    if (begins(line, "PyBuffer_FillInfo")
        || (begins(line, "PyArg_ParseTuple") && strstr(line, "*\"")))
        views[n_views++].object = -1;
    puts("{\"reply\":\"unsupported\"}");
}

/* The number behind `"name":` in a line. */
static long long number(const char *line, const char *name)
{
    char key[64];
    const char *found;
    sprintf(key, "\"%.50s\":", name);
    found = strstr(line, key);
    return found ? strtoll(found + strlen(key), NULL, 10) : -1;
}

static void reply(const char *text)
{
    printf("{\"reply\":%s}\n", text);
}

static void make(const char *line)
{
    Bytes *bytes;
    long long i;
    objects[n_objects++] = NULL;
    if (!strstr(line, "\"kind\":\"bytes\"")) {
        reply("\"unsupported\"");
        return;
    }
    bytes = malloc(sizeof *bytes);
    if (!bytes)
        abort();
    bytes->len = number(line, "len");
    bytes->references = 1;
    /* One byte more: no object is without an address. */
    bytes->memory = malloc((size_t)bytes->len + 1);
    if (!bytes->memory)
        abort();
    for (i = 0; i < bytes->len; i++)
        bytes->memory[i] = (unsigned char)(i % 251);
    objects[n_objects - 1] = bytes;
    reply("{\"returned\":{}}");
}

static Bytes *object(const char *line)
{
    long long which = number(line, "object");
    return which >= 0 && which < n_objects ? objects[which] : NULL;
}

static void print_size(const char *name, const long long *entry)
{
    if (entry)
        printf(",\"%s\":{\"is\":[%lld]}", name, *entry);
    else
        printf(",\"%s\":{\"is\":null}", name);
}

static void call_get_buffer(const char *line)
{
    Bytes *bytes = object(line);
    View *view = &views[n_views].view;
    int which = n_views++;
    const char *exception;
    views[which].object = -1;
    if (!bytes) {
        reply("\"not_made\"");
        return;
    }
    /* A real driver fills the struct with poison first, to tell what was written. */
    exception = get_buffer(bytes, view, (int)number(line, "flags"));
    if (exception) {
        printf("{\"reply\":{\"returned\":{\"value\":-1,\"exception\":\"%s\",\"obj\":{\"is\":\"null\"},"
               "\"references\":0}}}\n", exception);
        return;
    }
    views[which].object = (int)number(line, "object");
    /* buf is told as the block of its object, and how far it is behind its start. */
    printf("{\"reply\":{\"returned\":{\"value\":0,\"obj\":{\"is\":\"exporter\"},\"references\":1,"
           "\"view\":{\"buf\":{\"is\":{\"at\":{\"block\":%d,\"offset\":%d}}},\"len\":{\"is\":%lld},"
           "\"itemsize\":{\"is\":%lld},\"readonly\":{\"is\":%d},\"ndim\":{\"is\":%d}",
           views[which].object, (int)((unsigned char *)view->buf - bytes->memory), view->len,
           view->itemsize, view->readonly, view->ndim);
    if (view->format)
        printf(",\"format\":{\"is\":\"%s\"}", view->format);
    else
        printf(",\"format\":{\"is\":null}");
    print_size("shape", view->shape);
    print_size("strides", view->strides);
    print_size("suboffsets", view->suboffsets);
    puts("}}}}");
}

static void call_release(const char *line, int of_a_copy)
{
    long long which = number(line, "view");
    Bytes *bytes;
    long long before;
    View copy;
    if (which < 0 || which >= n_views || views[which].object < 0) {
        reply("\"not_made\"");
        return;
    }
    bytes = objects[views[which].object];
    before = bytes->references;
    copy = views[which].view;
    release(of_a_copy ? &copy : &views[which].view);
    if (of_a_copy)
        views[which].view.obj = NULL;
    printf("{\"reply\":{\"returned\":{\"obj\":{\"is\":\"null\"},\"references\":%lld}}}\n",
           bytes->references - before);
}

static void call(const char *line)
{
    if (begins(line, "make\""))
        make(line);
    else if (begins(line, "PyObject_CheckBuffer\""))
        reply(object(line) ? "{\"returned\":{\"value\":1,\"references\":0}}" : "\"not_made\"");
    else if (begins(line, "PyObject_GetBuffer\""))
        call_get_buffer(line);
    else if (begins(line, "PyBuffer_Release\""))
        call_release(line, 0);
    else if (begins(line, "PyBuffer_Release of a copy\""))
        call_release(line, 1);
    else
        lack(line);
}

int main(void)
{
    static char line[1 << 20];
    while (fgets(line, sizeof line, stdin)) {
        if (strncmp(line, "{\"start\"", 8) == 0) {
            start(line);
        } else if (strncmp(line, "{\"begin\"", 8) == 0) {
            begin();
            puts("{\"begun\":{}}");
        } else if (strncmp(line, "{\"call\"", 7) == 0) {
            if (n_objects == MOST || n_views == MOST) {
                puts("{\"error\":{\"message\":\"too many objects or views\"}}");
                fflush(stdout);
                return 2;
            }
            call(line);
        } else {
            return 0; /* stop */
        }
        /* Each line at once: the parent waits for it. */
        fflush(stdout);
    }
    return 0;
}
