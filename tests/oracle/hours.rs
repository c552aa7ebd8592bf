//! Hours by the naive way: chrono-tz alone, and walking.
