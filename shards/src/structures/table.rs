//! Extendible hash table in segments.
