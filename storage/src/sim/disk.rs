//! A simulated disk: one append-only file, and faults at chosen operations.

use super::frame;
use crate::{Batch, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What goes wrong at an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The operation fails and does nothing.
    Error,
    /// Power goes before anything is written.
    CrashBefore,
    /// Power goes after a commit has become durable, before the answer.
    CrashAfter,
    /// The next commit becomes durable and reports that it failed: only asking what is there can tell.
    LostAnswer,
    /// Power goes when a part of the batch has reached the disk.
    TornWrite,
    /// The disk reports the next commit as done, and loses it and all after it when power goes.
    LostSync,
    /// From here on every commit fails, until [`SimDisk::make_room`].
    DiskFull,
}

/// A disk that one [`Sim`](super::Sim) at a time is opened on. Clones are the same disk.
///
/// Operations are the loads and commits that reach the disk, counted from 1. Nothing here is
/// random but by the seed: the same operations with the same faults leave the same bytes.
#[derive(Clone)]
pub struct SimDisk(Arc<Mutex<Disk>>);

#[derive(Default)]
struct Disk {
    log: Vec<u8>,
    /// How much of the log a power loss spares, if not all.
    spared: Option<usize>,
    operations: u64,
    /// Operations that failed.
    failures: u64,
    faults: BTreeMap<u64, Fault>,
    is_lying: bool,
    is_full: bool,
    is_crashed: bool,
    is_open: bool,
    dice: u64,
}

impl SimDisk {
    /// An empty disk.
    pub fn new(seed: u64) -> SimDisk {
        SimDisk::of(Disk { dice: seed, ..Disk::default() })
    }

    fn of(disk: Disk) -> SimDisk {
        SimDisk(Arc::new(Mutex::new(disk)))
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Plans a fault at the n-th operation. Several can be planned.
    pub fn fail_at(self, n: u64, fault: Fault) -> SimDisk {
        self.disk().faults.insert(n, fault);
        self
    }

    /// Number of operations until now.
    pub fn operations(&self) -> u64 {
        self.disk().operations
    }

    /// Number of operations that failed until now.
    pub fn failures(&self) -> u64 {
        self.disk().failures
    }

    /// Whether power has gone: every operation fails now.
    pub fn is_crashed(&self) -> bool {
        self.disk().is_crashed
    }

    /// Ends a [`Fault::DiskFull`].
    pub fn make_room(&self) {
        self.disk().is_full = false;
    }

    /// Forgets the faults that are planned, and ends a [`Fault::DiskFull`].
    pub fn heal(&self) {
        let mut disk = self.disk();
        disk.faults.clear();
        disk.is_full = false;
    }

    /// Flips a bit of what is stored, counted in bytes from the start. Past the end it does nothing.
    pub fn flip(&self, byte: usize) {
        if let Some(byte) = self.disk().log.get_mut(byte) {
            *byte ^= 1;
        }
    }

    /// Number of bytes stored.
    pub fn size(&self) -> usize {
        self.disk().log.len()
    }

    /// The disk as it is found when power comes back: no faults planned, operations counted anew.
    /// The old one is dead from now on.
    pub fn after_power_loss(&self) -> SimDisk {
        let mut old = self.disk();
        old.is_crashed = true;
        let spared = old.spared.unwrap_or(old.log.len());
        SimDisk::of(Disk { log: old.log[..spared].to_vec(), dice: old.dice, ..Disk::default() })
    }

    /// Opens the disk for a writer, discards a torn end, and answers the batches on it.
    pub(super) fn open(&self) -> Result<Vec<Batch>, StoreError> {
        let mut disk = self.disk();
        disk.powered()?;
        if disk.is_open {
            return Err(StoreError::Locked);
        }
        let (batches, whole) = frame::decode(&disk.log)?;
        disk.log.truncate(whole);
        disk.is_open = true;
        Ok(batches)
    }

    pub(super) fn close(&self) {
        self.disk().is_open = false;
    }

    pub(super) fn powered(&self) -> Result<(), StoreError> {
        self.disk().powered()
    }

    /// One load.
    pub(super) fn load(&self) -> Result<(), StoreError> {
        let mut disk = self.disk();
        let fault = disk.operation();
        disk.failures += u64::from(fault.is_err());
        if fault? == Some(Fault::LostAnswer) {
            // a load has nothing to lose
            let next = disk.operations + 1;
            disk.faults.entry(next).or_insert(Fault::LostAnswer);
        }
        Ok(())
    }

    /// One commit: after `Ok` the frame is on the disk, and the disk has said so or not.
    pub(super) fn append(&self, frame: &[u8]) -> Result<Appended, StoreError> {
        let mut disk = self.disk();
        let appended = disk.append(frame);
        disk.failures += u64::from(!matches!(appended, Ok(Appended::Reported)));
        appended
    }
}

/// How a frame came to be on the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Appended {
    Reported,
    /// The disk has reported a failure.
    Unreported,
}

impl Disk {
    fn powered(&self) -> Result<(), StoreError> {
        if self.is_crashed { failed("power is gone") } else { Ok(()) }
    }

    /// Counts an operation. Answers the fault that only a commit can act out.
    fn operation(&mut self) -> Result<Option<Fault>, StoreError> {
        self.powered()?;
        self.operations += 1;
        match self.faults.remove(&self.operations) {
            Some(Fault::Error) => return failed("input or output failed"),
            Some(Fault::LostSync) => self.is_lying = true,
            Some(Fault::DiskFull) => self.is_full = true,
            Some(fault @ (Fault::CrashBefore | Fault::CrashAfter | Fault::TornWrite)) => {
                self.is_crashed = true;
                return Ok(Some(fault));
            }
            Some(fault @ Fault::LostAnswer) => return Ok(Some(fault)),
            None => {}
        }
        Ok(None)
    }

    fn append(&mut self, frame: &[u8]) -> Result<Appended, StoreError> {
        let fault = self.operation()?;
        match fault {
            Some(Fault::CrashAfter) => self.log.extend_from_slice(frame),
            Some(Fault::TornWrite) => self.tear(frame),
            None | Some(Fault::LostAnswer) => {
                if self.is_full {
                    return failed("the disk is full");
                }
                if self.is_lying {
                    self.spared.get_or_insert(self.log.len());
                }
                self.log.extend_from_slice(frame);
            }
            Some(_) => {}
        }
        match fault {
            None => Ok(Appended::Reported),
            Some(Fault::LostAnswer) => Ok(Appended::Unreported),
            Some(_) => failed("power went in the commit"),
        }
    }

    /// Writes a prefix; every other time the file has its full length already, with zeros in it.
    fn tear(&mut self, frame: &[u8]) {
        let end = self.log.len() + frame.len();
        let is_extended = self.roll(2) == 1;
        let least = if is_extended { frame::HEADER } else { 0 };
        let written = least + self.roll(frame.len() - least);
        self.log.extend_from_slice(&frame[..written]);
        if is_extended {
            self.log.resize(end, 0);
        }
    }

    /// The next of the seed's numbers, under a limit (splitmix64).
    fn roll(&mut self, limit: usize) -> usize {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }
}

fn failed<T>(why: &str) -> Result<T, StoreError> {
    Err(StoreError::Failed(format!("simulated disk: {why}")))
}
