//! The script that gathers a network's description for somebody who holds no credentials.
