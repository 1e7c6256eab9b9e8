//! Tests of the whole system; each folder beside this one is one test binary.
