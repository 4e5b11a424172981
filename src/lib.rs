//! Kvadrant: the machine around the data engine.
