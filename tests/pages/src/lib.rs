//! Browser tests stand in `tests/pages/tests/`.
