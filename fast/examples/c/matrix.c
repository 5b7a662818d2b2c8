/*
 * An exporter and a consumer, both in C. The program prints what it does, and fails if a byte is not what it
 * should be.
 */
#include "pybuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The exporter: a matrix of doubles, rows first. */

enum { ROWS = 3, COLUMNS = 4 };

struct matrix {
    double items[ROWS][COLUMNS];
    intptr_t shape[2], strides[2];
    int views; /* that are out */
    int *gone; /* set when it is destroyed */
};

static int matrix_describe(void *self, pybuf_buffer *memory)
{
    struct matrix *matrix = self;
    memory->buf = matrix->items;
    memory->itemsize = sizeof(double);
    memory->format = "d";
    memory->ndim = 2;
    memory->shape = matrix->shape;
    memory->strides = matrix->strides;
    return 0;
}

static void matrix_granted(void *self)
{
    ((struct matrix *)self)->views++;
}

static void matrix_released(void *self)
{
    ((struct matrix *)self)->views--;
}

static void matrix_destroyed(void *self)
{
    *((struct matrix *)self)->gone = 1;
    free(self);
}

static const pybuf_exporter matrix_exporter = {
    .describe = matrix_describe,
    .granted = matrix_granted,
    .released = matrix_released,
    .destroyed = matrix_destroyed,
};

static pybuf_object *matrix_new(struct matrix **made, int *gone)
{
    struct matrix *matrix = calloc(1, sizeof *matrix);
    if (matrix == NULL) {
        return NULL;
    }
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            matrix->items[row][column] = 10 * row + column;
        }
    }
    matrix->shape[0] = ROWS;
    matrix->shape[1] = COLUMNS;
    pybuf_FillContiguousStrides(2, matrix->shape, matrix->strides, sizeof(double), 'C');
    matrix->gone = gone;
    *made = matrix;
    return pybuf_Object_New(&matrix_exporter, matrix);
}

/* The consumer. */

static void check(int holds, const char *what)
{
    if (!holds) {
        const char *class = pybuf_Error_Occurred();
        fprintf(stderr, "wrong: %s (%s: %s)\n", what, class ? class : "no error",
                class ? pybuf_Error_Message() : "");
        exit(1);
    }
}

static int is(const double *items, const double *expected, size_t count)
{
    return memcmp(items, expected, count * sizeof *items) == 0;
}

static void print(const char *what, const double *items, int rows, int columns)
{
    printf("%s\n", what);
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            printf(" %4g", items[row * columns + column]);
        }
        printf("\n");
    }
}

static void transpose(pybuf_object *object)
{
    static const double expected[] = {0, 10, 20, 1, 11, 21, 2, 12, 22, 3, 13, 23};
    double columns[ROWS * COLUMNS];
    pybuf_buffer view;

    check(pybuf_GetBuffer(object, &view, PYBUF_FULL_RO) == 0, "a matrix can be viewed");
    check(view.obj == object && view.ndim == 2 && view.shape[1] == COLUMNS, "the view tells of it");
    check(pybuf_SizeFromFormat(view.format) == view.itemsize, "the format is of the item's size");
    check(pybuf_IsContiguous(&view, 'C') && !pybuf_IsContiguous(&view, 'F'), "it is in C's order");
    check(*(double *)pybuf_GetPointer(&view, (intptr_t[]){2, 1}) == 21, "elements are found");
    check(pybuf_ToContiguous(columns, &view, sizeof columns, 'F') == 0, "it can be copied");
    check(is(columns, expected, 12), "columns first is the transpose");
    print("the matrix, columns first", columns, COLUMNS, ROWS);
    pybuf_Release(&view);
    check(view.obj == NULL, "a view that was given back refers to nothing");
}

static void slice(pybuf_object *object)
{
    static const double expected[] = {20, 21, 22, 23, 0, 1, 2, 3};
    double items[2 * COLUMNS];
    pybuf_memoryview *all = pybuf_MemoryView_FromObject(object);
    pybuf_memoryview *some = pybuf_MemoryView_Slice(all, INTPTR_MAX, INTPTR_MIN, -2);
    pybuf_buffer view;

    check(some != NULL, "a memoryview can be sliced");
    pybuf_MemoryView_Drop(all);
    check(pybuf_GetBuffer(pybuf_MemoryView_AsObject(some), &view, PYBUF_FULL) == 0, "and viewed");
    check(pybuf_ToContiguous(items, &view, sizeof items, 'C') == 0, "and copied");
    check(is(items, expected, 8), "[::-2] is the last row and the first");
    print("[::-2]", items, 2, COLUMNS);

    items[0] = -1;
    check(pybuf_FromContiguous(&view, items, sizeof items, 'C') == 0, "and written to");
    check(pybuf_MemoryView_Release(some) == -1, "but not released under its views");
    check(strcmp(pybuf_Error_Occurred(), "BufferError") == 0, "which is a BufferError");
    pybuf_Release(&view);
    check(pybuf_MemoryView_Release(some) == 0, "released it is when they are gone");
    pybuf_MemoryView_Drop(some);
}

static void refusal(pybuf_object *object)
{
    pybuf_buffer view;

    check(pybuf_GetBuffer(object, &view, PYBUF_F_CONTIGUOUS) == -1, "it is not in Fortran's order");
    check(view.obj == NULL, "a view that was refused refers to nothing");
    check(strcmp(pybuf_Error_Occurred(), "BufferError") == 0, "a refusal is a BufferError");
    printf("in Fortran's order: %s: %s\n", pybuf_Error_Occurred(), pybuf_Error_Message());
    pybuf_Error_Clear();
    check(pybuf_Error_Occurred() == NULL, "what is cleared has not occurred");
}

int main(void)
{
    int gone = 0;
    struct matrix *matrix;
    pybuf_object *object = matrix_new(&matrix, &gone);

    check(object != NULL, "a matrix can be made");
    transpose(object);
    slice(object);
    refusal(object);
    check(matrix->items[2][0] == -1 && matrix->items[0][0] == 0, "the last row was written");
    check(matrix->views == 0 && pybuf_RefCount(object) == 1, "nothing is left over");
    pybuf_DecRef(object);
    check(gone, "the matrix is destroyed with its last reference");
    return 0;
}
