//! An implementation to be tested: bytes that cannot be written to, lent under the buffer protocol.

/// Flags of a request, by the values that C has for them.
mod flags {
    pub const WRITABLE: i32 = 0x001;
    pub const FORMAT: i32 = 0x004;
    pub const ND: i32 = 0x008;
    pub const STRIDES: i32 = 0x010 | ND;
}

/// Immutable bytes.
pub struct Bytes(pub Vec<u8>);

/// What a consumer is told of them. `None` is NULL.
pub struct View {
    /// In bytes.
    pub len: usize,
    /// The struct syntax for bytes.
    pub format: Option<String>,
    /// In bytes.
    pub shape: Option<Vec<i64>>,
    /// In bytes.
    pub strides: Option<Vec<i64>>,
}

/// A `BufferError`.
#[derive(Debug)]
pub struct BufferError;

impl Bytes {
    /// `PyObject_GetBuffer`.
    ///
    /// # Errors
    ///
    /// If the consumer wants to write.
    pub fn get(&self, request: i32) -> Result<View, BufferError> {
        let asks_for = |flags| request & flags == flags;
        if asks_for(flags::WRITABLE) && !cfg!(feature = "broken") {
            return Err(BufferError);
        }
        Ok(View {
            len: self.0.len(),
            format: asks_for(flags::FORMAT).then(|| "B".into()),
            shape: asks_for(flags::ND).then(|| vec![self.0.len() as i64]),
            strides: asks_for(flags::STRIDES).then(|| vec![1]),
        })
    }
}
