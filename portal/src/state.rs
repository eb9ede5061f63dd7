//! What every handler holds: the engine, the settings, and the sign-in's guards.

use crate::problem::{self, Problem};
use crate::rate::Rate;
use crate::sign_in::{Session, Throttle};
use axum::http::HeaderMap;
use customhouse_control::Actor;
use customhouse_engine::{Command, Edition, Engine, Outcome, Sent, Submission, SubmitError};
use customhouse_storage::{Reader, StoreError};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

/// How the portal serves.
#[derive(Clone, Copy, Debug)]
pub struct PortalSettings {
    /// Accounts of a sample database may be used from this machine only.
    pub sample_loopback_only: bool,
    /// Largest body of a request. Unit: bytes.
    pub body_limit: usize,
}

impl Default for PortalSettings {
    fn default() -> PortalSettings {
        PortalSettings { sample_loopback_only: true, body_limit: 8 << 20 }
    }
}

/// The state of the router. Cloning gives another handle.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    settings: PortalSettings,
    /// At most two passwords are checked at once: each takes 19 MiB and a tenth of a second.
    passwords: Semaphore,
    throttle: Throttle,
    /// Quotes of late.
    quotes: Rate,
    /// Readings that wait for their commit at once.
    reads: Semaphore,
}

/// Readings in the queue at most: a command never waits behind more of them than these.
const READS: usize = 16;

impl Portal {
    pub fn new(engine: Engine, settings: PortalSettings) -> Portal {
        let inner = Inner {
            engine,
            settings,
            passwords: Semaphore::new(2),
            throttle: Throttle::default(),
            quotes: Rate::default(),
            reads: Semaphore::new(READS),
        };
        Portal { inner: Arc::new(inner) }
    }

    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub fn settings(&self) -> &PortalSettings {
        &self.inner.settings
    }

    pub(crate) fn passwords(&self) -> &Semaphore {
        &self.inner.passwords
    }

    pub(crate) fn reads(&self) -> &Semaphore {
        &self.inner.reads
    }

    pub(crate) fn quotes(&self) -> &Rate {
        &self.inner.quotes
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.inner.throttle
    }

    /// The law of now.
    pub fn law(&self) -> Arc<Edition> {
        self.inner.engine.law()
    }

    /// Reads from the store, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut dyn Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let engine = self.inner.engine.clone();
        self.blocking(move || engine.read(read)).await?.map_err(|error| match &error {
            StoreError::Damaged(_) => failed(&error),
            StoreError::Failed(_) | StoreError::Locked => {
                tracing::error!(%error, "the store did not answer a reading");
                problem::STORE_AWAY.into()
            }
        })
    }

    /// Runs something that blocks, off the async threads.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))
    }

    /// The edition of the law that something was decided under.
    pub(crate) async fn law_of(&self, edition: u32) -> Result<Arc<Edition>, Problem> {
        let engine = self.inner.engine.clone();
        let found = self.blocking(move || engine.law_of(edition)).await?;
        found.ok_or_else(|| failed(&format!("there is no edition {edition}")))
    }

    /// Submits a command and waits for what became of it.
    pub(crate) async fn submit(
        &self,
        actor: Actor,
        key: String,
        command: Command,
        sent: Sent,
    ) -> Result<Outcome, Problem> {
        Ok(self.submit_raw(actor, key, command, sent).await?)
    }

    /// The same for who must tell the reasons apart.
    pub(crate) async fn submit_raw(
        &self,
        actor: Actor,
        key: String,
        command: Command,
        sent: Sent,
    ) -> Result<Outcome, SubmitError> {
        let (answer, answered) = oneshot::channel();
        let submission = Submission { actor, key, command, sent };
        self.inner.engine.submit(submission, Box::new(move |outcome| drop(answer.send(outcome))));
        answered.await.unwrap_or(Err(SubmitError::Stopped))
    }

    /// Whether accounts may be used from where this request comes from.
    pub(crate) fn accounts_work_from(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        let guarded = self.inner.settings.sample_loopback_only && self.inner.engine.is_sample();
        !guarded || is_local(peer, headers)
    }
}

/// Whether a request comes from this machine itself, and not through a proxy on it.
pub(crate) fn is_local(peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
    let proxied = headers.contains_key("forwarded") || headers.contains_key("x-forwarded-for");
    !proxied && peer.is_some_and(|p| p.ip().to_canonical().is_loopback())
}

/// A problem whose reason is for the log only.
pub(crate) fn failed(why: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%why, "a request failed");
    problem::FAILED.into()
}

/// Who looks at a page, if anyone is signed in.
pub(crate) type Viewer = Option<Session>;
