//! A view of a case.

use pybuf_protocol::Flags;
use pybuf_protocol::reply::Obj;

use crate::exporter::NewProtocol;

/// A view that was granted.
pub(crate) struct View {
    /// The object that was asked; `None` for a view that was filled for none.
    pub object: Option<usize>,
    /// The request that was met.
    pub flags: Flags,
    /// What its `obj` is.
    pub owner: Option<Obj>,
    /// Whether it was released.
    pub released: bool,
    /// Whether its struct may not be used any more, for a copy of it was released.
    pub forgotten: bool,
}

/// The object of a view that was granted, and the request.
pub(crate) type Viewed<'a> = Option<(&'a NewProtocol, Flags)>;
