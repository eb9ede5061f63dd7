//! `assess --scenario`: a file of scenarios, a line in and an answer out, with no pack unless one is asked for.

use crate::command_line::{Ended, Ending, Failure, Manner};
use crate::pack_source::PackChoice;
use customhouse_duties::scenario::{Answer, Bench, Verdict};
use customhouse_kernel::text::Lang;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// How many lines ended how.
#[derive(Debug, Default)]
struct Count {
    laws: usize,
    reckoned: usize,
    agree: usize,
    disagree: usize,
    refused: usize,
}

/// Runs every line of a file; `-` is standard input. `over` is the pack that they lie over.
pub(super) fn run(
    file: &Path,
    over: Option<&PackChoice>,
    (explain, trace): (bool, bool),
    manner: Manner,
) -> Ended {
    let explain = explain.then_some(manner.lang);
    let mut bench = match over {
        None => Bench::new(explain),
        Some(pack) => {
            let law = pack.edition(manner.lang)?.control;
            Bench::over(law.rulebook.clone(), law.tariff.clone(), explain)
        }
    };
    if trace {
        bench = bench.tracing();
    }
    let mut input = open(file)?;
    let mut out = io::stdout().lock();
    let mut count = Count::default();
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let read = input.read_until(b'\n', &mut bytes).map_err(|e| Failure::at(file.display(), e))?;
        if read == 0 {
            break;
        }
        // what is no UTF-8 becomes a character that no rule takes, and the line is refused by its place
        let line = String::from_utf8_lossy(&bytes);
        if line.trim().is_empty() {
            continue;
        }
        let answer = bench.answer(number, line.trim());
        count.add(answer.verdict());
        if write(&mut out, &answer).is_err() {
            // the reader went away
            break;
        }
    }
    let _ = writeln!(io::stderr(), "{}", count.words(manner.lang));
    Ok(if count.disagree + count.refused == 0 { Ending::Good } else { Ending::Refused })
}

fn open(file: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).map_err(|e| Failure::at(file.display(), e))?;
    Ok(Box::new(BufReader::new(opened)))
}

fn write(out: &mut impl Write, answer: &Answer) -> io::Result<()> {
    serde_json::to_writer(&mut *out, answer)?;
    out.write_all(b"\n")?;
    out.flush()
}

impl Count {
    fn add(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Law => &mut self.laws,
            Verdict::Reckoned => &mut self.reckoned,
            Verdict::Agrees => &mut self.agree,
            Verdict::Disagrees => &mut self.disagree,
            Verdict::Refused => &mut self.refused,
        };
        *count += 1;
    }

    fn words(&self, lang: Lang) -> String {
        let Count { laws, reckoned, agree, disagree, refused } = self;
        match lang {
            Lang::Zh => {
                format!("法律 {laws}，已计算 {reckoned}，一致 {agree}，不一致 {disagree}，拒绝 {refused}")
            }
            Lang::En => format!(
                "{laws} laws, {reckoned} reckoned, {agree} agree, {disagree} disagree, {refused} refused"
            ),
        }
    }
}
