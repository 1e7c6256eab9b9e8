//! A process, played by a runtime of its own.

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Threads of a process: as few as make work happen at the same time.
const THREADS: usize = 2;

/// Runs futures beside the test. Its end is that of a killed process: between any two steps, with nothing finished.
pub(crate) struct Process(Option<Runtime>);

impl Process {
    pub(crate) fn new() -> Self {
        Self(Some(Builder::new_multi_thread().worker_threads(THREADS).enable_all().build().unwrap()))
    }

    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.0.as_ref().unwrap().spawn(work)
    }

    pub(crate) fn kill(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A failed test does not wait for its processes.
impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
