//! A service's process: a runtime of its own, so that it can be killed in the middle of everything.

use std::time::Duration;

use chassis::{Clock, Host, Ids, Shutdown};
use messaging::{Messaging, MessagingArgs, OpsServices};
use tokio::runtime::Runtime;
use wire::sellers::events::v1::SellersEvent;

use super::world::SERVICE;
use super::{Effects, World, time};

/// One running replica.
pub(crate) struct Process {
    runtime: Option<Runtime>,
    pub(crate) host: Host,
    pub(crate) ops: Option<OpsServices>,
}

impl Process {
    /// A replica with default arguments and its clock at the events' time.
    pub(crate) fn start(world: &World, effects: &Effects) -> Self {
        Self::with(world, MessagingArgs::default(), Clock::system(), |messaging| {
            messaging.consume::<SellersEvent, _>(effects.clone())
        })
    }

    /// A replica with a gate.
    pub(crate) fn gated(world: &World, effects: &Effects, gate: &super::Gate) -> Self {
        let args = MessagingArgs { probes: gate.probes(), ..MessagingArgs::default() };
        Self::with(world, args, Clock::system(), |messaging| {
            messaging.consume::<SellersEvent, _>(effects.clone())
        })
    }

    /// A replica of the caller's making.
    pub(crate) fn with(
        world: &World,
        args: MessagingArgs,
        clock: Clock,
        make: impl FnOnce(Messaging) -> Messaging,
    ) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let _inside = runtime.enter();
        assert!(time() < clock.now() || clock.driver().is_some());
        let host = Host::new(clock.clone(), Ids::random(), &Shutdown::new());
        let pool = messaging::connect(&world.database_args()).unwrap();
        let messaging = make(Messaging::new(SERVICE, pool, world.bus(), clock, args));
        let ops = Some(messaging.ops_services());
        messaging.start(&host);
        Self { runtime: Some(runtime), host, ops }
    }

    /// Ends it between two steps, without a chance to finish anything. Connections are cut.
    pub(crate) fn kill(mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }

    /// Ends it in order.
    pub(crate) async fn stop(mut self) {
        let tasks = self.host.tasks.clone();
        let runtime = self.runtime.take().unwrap();
        let drained = runtime.spawn(async move { tasks.drain(Duration::from_secs(30)).await });
        drained.await.unwrap().unwrap();
        runtime.shutdown_background();
    }
}

/// A failed test must not wait for the runtime of its processes.
impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
