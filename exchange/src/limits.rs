//! Limits: everything in a message that can grow has one.

/// How much of anything a message may hold. The filling norms of the pack are tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Size of the whole message. Unit: bytes.
    pub bytes: usize,
    /// Nesting of elements, or of JSON arrays and objects.
    pub depth: usize,
    /// XML elements, or JSON values.
    pub elements: usize,
    /// Length of an element's or a member's name. Unit: bytes.
    pub name_bytes: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Length of one value. Unit: bytes.
    pub text_bytes: usize,
    /// Lines, and likewise containers, documents, and relations.
    pub repetitions: usize,
    /// Different places that we do not know and keep by name only.
    pub strange: usize,
    /// Findings that one answer lists.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 8 << 20,
            depth: 16,
            elements: 100_000,
            name_bytes: 128,
            attributes: 32,
            text_bytes: 64 << 10,
            repetitions: 1_000,
            strange: 1_000,
            findings: 100,
        }
    }
}
