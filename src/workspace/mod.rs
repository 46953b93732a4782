//! What is open, the SOURCE grammar, loading jobs and their progress; no window in it.
