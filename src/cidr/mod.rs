//! Blocks of addresses, version 4 and 6, and AWS's rules about their size.
