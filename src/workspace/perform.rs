//! Work that needs the runtime, for those who have none.

use std::future::Future;
use tokio::runtime::{Builder, Runtime};

/// Do this on a runtime of its own, and come back when it is done.
///
/// # Errors
/// The system gives no thread.
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T, std::io::Error> {
    let runtime = runtime()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(done)
}

fn runtime() -> Result<Runtime, std::io::Error> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vpc-atlas-worker")
        .enable_all()
        .build()
}

/// Do this each time the person presses Ctrl-C, for as long as the runtime lives; to be called on it.
pub fn on_interrupt(work: impl Fn() + Send + 'static) {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            work();
        }
    });
}
