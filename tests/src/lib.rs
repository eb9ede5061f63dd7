//! Tests of the whole stand in `tests/tests/`; this library holds what they share.
