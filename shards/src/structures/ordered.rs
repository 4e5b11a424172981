//! Counted ordered index of (score, member).
