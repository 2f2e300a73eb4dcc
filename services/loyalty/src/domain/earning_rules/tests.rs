//! Rules as tests.
