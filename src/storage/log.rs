//! A log of what the program does, for whoever asks for one.

use super::error::StorageError;
use std::env;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The environment variable that names the file of the log.
pub const LOG_VARIABLE: &str = "VPC_ATLAS_LOG";

/// Write a log if `VPC_ATLAS_LOG` names a file for it: a line for each call to AWS, with its outcome and why it was made
/// again, and for each frame of the window, with how long it took. Lines are added to what is there.
///
/// Only the program's own words are in it. What libraries say is not: the SDK's might hold credentials.
///
/// # Errors
/// The file cannot be written.
pub fn start_log() -> Result<(), StorageError> {
    match env::var_os(LOG_VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => log_to(Path::new(&path)),
        None => Ok(()),
    }
}

fn log_to(path: &Path) -> Result<(), StorageError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(path)
        .map_err(|error| StorageError::write(path, &error))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(Mutex::new(file));
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), LevelFilter::DEBUG);
    // Fails only where there is a log already.
    tracing_subscriber::registry()
        .with(lines)
        .with(own)
        .try_init()
        .ok();
    Ok(())
}
