//! # Faults: Strides

use crate::change::cut_to_int;
use crate::fault::faults;

faults! { |past, call, it|
    "strides-never-filled" breaks "strides.one-a-dimension", "ctypes, CPython #57060":
        Return of FillContiguousStrides { .. } => it.strides.iter_mut().for_each(Vec::clear);
    "scalar-has-a-stride" breaks "strides.one-a-dimension",
        "NumPy #7513, where a scalar has a dimension":
        Return of FillContiguousStrides { shape, itemsize, .. } =>
            if let (Some(strides), []) = (&mut it.strides, &shape[..]) {
                strides.push((*itemsize).into());
            };
    "strides-of-c-are-of-fortran" breaks "strides.c",
        "an author who numbers dimensions from the fastest on":
        Call of FillContiguousStrides { order: order @ 'C', .. } => *order = 'F';
    "stride-of-extent-one-is-huge" breaks "strides.c", "NumPy #5085, with relaxed strides":
        Return of FillContiguousStrides { shape, .. } => {
            let strides = it.strides.iter_mut().flatten().zip(shape);
            strides.filter(|(_, extent)| **extent == 1).for_each(|(stride, _)| *stride = i64::MAX);
        };
    "each-letter-means-c" breaks "strides.fortran",
        "an author who only knows C order, which other letters mean":
        Call of FillContiguousStrides { order: order @ 'F', .. } => *order = 'C';
    "strides-cut-to-int" breaks "strides.wider-than-int",
        "an author who multiplies in the type of itemsize, which is int":
        Return of FillContiguousStrides { .. } =>
            it.strides.iter_mut().flatten().for_each(|stride| *stride = cut_to_int(*stride));
}
