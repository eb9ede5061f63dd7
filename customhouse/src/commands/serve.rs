//! `serve`: opens or makes the database, loads the law, and serves the pages and the API.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use crate::pack_source::{PackChoice, unusable};
use crate::progress::Progress;
use crate::sample::{self, Span};
use crate::sign_ins;
use crate::words::count;
use customhouse_engine::{Deliver, Dice, Engine, KeyFile, LawError, Settings, SimulatedBank, StartError};
use customhouse_kernel::text::Text;
use customhouse_portal::PortalSettings;
use customhouse_storage::{PlainWrite, Store, StoreError};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse serve --sample --data ./data --port 8080\n\nThe log goes to standard error; \
                        CUSTOMHOUSE_LOG=info says more."
)]
pub(crate) struct Serve {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080, env = "CUSTOMHOUSE_PORT")]
    port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1", env = "CUSTOMHOUSE_HOST")]
    host: IpAddr,
    /// Make a new database a sample: sign-ins, and a trade of fictional firms over fourteen days, or over a year
    #[arg(
        long,
        num_args = 0..=1,
        default_missing_value = "fortnight",
        overrides_with = "sample"
    )]
    sample: Option<Length>,
    /// How many declarations a year of sample trade has
    #[arg(long, value_name = "NUMBER", default_value_t = sample::DECLARATIONS, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    declarations: u32,
    /// Set the clock of a sample database; a new database made with it is a sample
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    clock: Option<Timestamp>,
    /// Throw the same dice for every decision of a sample database, so that a test knows what is selected
    #[arg(long, value_name = "NUMBER", hide = true)]
    dice: Option<u64>,
    #[command(flatten)]
    data: DataFolder,
    #[command(flatten)]
    pack: PackChoice,
}

/// Over how long a sample has trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Length {
    /// Fourteen days, some 300 declarations
    Fortnight,
    /// A year, 200,000 declarations (see --declarations)
    Year,
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "give a time with its zone, such as 2026-03-02T10:00:00+08:00".to_owned())
}

/// The plain setting that says how far the sample's trade is: its end while it runs, then `done`. Before it
/// stands `year` and the number of declarations if it is a year's.
const SAMPLE_TRADE: &str = "sample_trade";
/// What the dice of a year of sample trade are made of.
const YEAR_DICE: u64 = 20_260_101;

/// How far a sample's trade is.
fn trade_mark(span: Span, far: &str) -> String {
    match span {
        Span::Fortnight => far.to_owned(),
        Span::Year(count) => format!("year {count} {far}"),
    }
}

/// The length of a sample's trade, and its end if it was not completed.
fn read_trade_mark(mark: &str) -> (Span, Option<i64>) {
    let mut words = mark.split_whitespace().rev();
    let until = words.next().and_then(|far| far.parse().ok());
    let count = words.next().and_then(|count| count.parse().ok());
    (count.map_or(Span::Fortnight, Span::Year), until)
}

/// What is known of a database before the engine starts.
struct Found {
    is_new: bool,
    sample: bool,
    /// How long the sample's trade is, or is to be.
    span: Span,
    /// Microseconds, UTC, of the last event.
    last: i64,
    /// The end of a sample's trade that was begun and never completed, in microseconds UTC.
    trade_begun: Option<i64>,
}

impl Serve {
    pub fn run(self, manner: Manner) -> Ended {
        log();
        let mut progress = Progress::new(manner.json);
        self.data.make()?;
        let listener = self.listen()?;
        let store = self.data.database().open()?;
        let found = self.find(&*store)?;
        self.fits(&found)?;
        let how = if found.is_new { manner.say("新建", "new") } else { manner.say("已打开", "opened") };
        progress.done(manner.say("数据库", "database"), format!("{}, {how}", self.data.database()));

        let now = Timestamp::now();
        // a trade that was cut short goes on to the end that it was begun with
        let until = found.trade_begun.unwrap_or(self.clock.unwrap_or(now).as_microsecond());
        let trades = (found.is_new && self.sample.is_some()) || found.trade_begun.is_some();
        let clock = self.clock_at_start(&found, now, trades.then_some(until));
        let engine = self.start(store, &found, now, clock, manner)?;
        law_told(&engine, &mut progress, manner);
        if found.sample && !self.data.sign_ins().exists() {
            sign_ins::make(&engine, found.span, &self.data.sign_ins())?;
            progress.done(manner.say("示例账号", "sign-ins"), self.data.sign_ins().display());
        }
        if found.sample {
            sample::appoint(&engine, &sample::offices(found.span))?;
        }
        if trades {
            self.trade(&engine, found.span, until, &mut progress, manner)?;
        }
        if self.clock.is_some() || clock.is_some_and(|_| !trades) {
            let stands = engine.now().local;
            progress.note(manner.say("时钟", "clock"), stands.strftime("%Y-%m-%d %H:%M"));
        }
        drop(progress);
        self.serve(engine, listener, found.sample, manner)
    }

    fn listen(&self) -> Result<TcpListener, Failure> {
        let address = SocketAddr::new(self.host, self.port);
        TcpListener::bind(address).map_err(|e| {
            let words = "stop the program that has this port, or choose another with --port";
            Failure::at(address, format!("{e}; {words}"))
        })
    }

    fn find(&self, store: &dyn Store) -> Result<Found, Failure> {
        let read = || {
            let mut reader = store.reader()?;
            let last = reader.last_head()?;
            let sample = reader.plain("settings", "sample")?.as_deref() == Some("true");
            let trade = reader.plain("settings", SAMPLE_TRADE)?;
            Ok::<_, StoreError>((last, sample, trade))
        };
        let (last, sample, trade) = read().map_err(|e| Failure::at(self.data.database(), e))?;
        let (span, trade_begun) = match trade {
            Some(mark) => read_trade_mark(&mark),
            None => (self.span(), None),
        };
        Ok(match last {
            None => Found {
                is_new: true,
                sample: self.sample.is_some() || self.clock.is_some(),
                span,
                last: i64::MIN,
                trade_begun,
            },
            Some(head) => Found { is_new: false, sample, span, last: head.utc_micros, trade_begun },
        })
    }

    /// The length of trade that is asked for.
    fn span(&self) -> Span {
        match self.sample {
            Some(Length::Year) => Span::Year(self.declarations),
            Some(Length::Fortnight) | None => Span::Fortnight,
        }
    }

    /// The options must fit the database, and the keys must be there.
    fn fits(&self, found: &Found) -> Result<(), Failure> {
        let data = self.data.path().display();
        if !found.is_new && !found.sample {
            let option = match (self.sample.is_some(), &self.clock) {
                (true, _) => Some("--sample"),
                (false, Some(_)) => Some("--clock"),
                (false, None) => None,
            };
            if let Some(option) = option {
                let words =
                    format!("{data} holds no sample database; leave out {option}, or give another --data");
                return Err(Failure::Usage(words));
            }
        }
        let has_year = matches!(found.span, Span::Year(_));
        if !found.is_new && self.sample == Some(Length::Year) && !has_year {
            let words = format!("{data} holds a sample without a year of trade; give another --data");
            return Err(Failure::Usage(words));
        }
        let key = self.data.keys().join("signing.key");
        if !found.is_new && !key.exists() {
            let words = "the key that signs this database is not there; put it back from your copy of the data folder";
            return Err(Failure::at(key.display(), words));
        }
        Ok(())
    }

    /// Where the clock of a sample database starts; `None` for the machine's own clock.
    fn clock_at_start(&self, found: &Found, now: Timestamp, trades_until: Option<i64>) -> Option<i64> {
        if let Some(until) = trades_until {
            return Some(until - found.span.days() * 86_400_000_000);
        }
        match self.clock {
            Some(clock) => Some(clock.as_microsecond()),
            // it was set ahead of the machine's: it goes on from there
            None if found.sample && found.last > now.as_microsecond() => Some(found.last),
            None => None,
        }
    }

    fn start(
        &self,
        store: Box<dyn Store>,
        found: &Found,
        now: Timestamp,
        clock: Option<i64>,
        manner: Manner,
    ) -> Result<Engine, Failure> {
        let folder = self.data.keys();
        let keys =
            KeyFile::open_or_make(&folder, &now.to_string()).map_err(|e| Failure::at(folder.display(), e))?;
        let pack = self.pack.files()?;
        let origin = pack.1.clone();
        let mut outlets: BTreeMap<String, Box<dyn Deliver>> = BTreeMap::new();
        if found.sample {
            outlets.insert("bank".to_owned(), Box::new(SimulatedBank));
        }
        let dice = match (self.dice, found.span) {
            (Some(throw), _) => Dice::Fixed(throw),
            (None, Span::Year(_)) if found.sample => Dice::Seeded(YEAR_DICE),
            (None, _) => Dice::Machine,
        };
        let settings = Settings { store, keys, pack: Some(pack), sample: found.sample, clock, dice, outlets };
        Engine::start(settings).map_err(|error| match error {
            StartError::Law(LawError::Faults(faults)) => unusable(&origin, &faults, manner.lang),
            other => Failure::at(self.data.database(), other),
        })
    }

    fn trade(
        &self,
        engine: &Engine,
        span: Span,
        until: i64,
        progress: &mut Progress,
        manner: Manner,
    ) -> Result<(), Failure> {
        let step = manner.say("示例贸易", "trade");
        let mark = |far: &str| {
            let value = Some(trade_mark(span, far));
            let write = PlainWrite { table: "settings".to_owned(), key: SAMPLE_TRADE.to_owned(), value };
            engine.write_plain(vec![write]).map_err(|e| Failure::Failed(e.to_string()))
        };
        mark(&until.to_string())?;
        let mut tell = |done, of| progress.far(step, done, of);
        let said = match span {
            Span::Fortnight => fortnight(&sample::trade(engine, until, &mut tell)?, manner),
            Span::Year(count) => year(&sample::trade_year(engine, until, count, &mut tell)?, manner),
        };
        mark("done")?;
        let now = Timestamp::now().as_microsecond();
        if self.clock.is_none() && engine.now().utc_micros < now {
            // the trade took a while; a clock that another caller set further ahead stays
            let _ = engine.set_clock(now);
        }
        progress.done(step, said);
        Ok(())
    }

    fn serve(self, engine: Engine, listener: TcpListener, sample: bool, manner: Manner) -> Ended {
        let failed = |e: std::io::Error| Failure::Failed(format!("the server stopped: {e}"));
        let address = listener.local_addr().map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let file = self.data.sign_ins();
        let signs = if sample { fs::read_to_string(&file).unwrap_or_default() } else { String::new() };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
        // whoever reads the address may ask to stop at once
        let stop = runtime.block_on(async { stop_asked() }).map_err(failed)?;
        if manner.json {
            let file = sample.then(|| file.display().to_string());
            print_json(
                &serde_json::json!({ "address": format!("http://{address}"), "sample": sample, "sign_ins": file }),
            );
        } else {
            print(&welcome(address, &signs, &file.display().to_string(), sample, manner));
        }
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            customhouse_portal::serve(engine.clone(), PortalSettings::default(), listener, stop).await
        });
        engine.stop();
        served.map_err(failed)?;
        if !manner.json {
            print(manner.say("已停止。\n", "Stopped.\n"));
        }
        Ok(Ending::Good)
    }
}

const NO_TRADE: Text = Text::fixed(
    "没有：规则包在这些天没有所需的税则",
    "none: the pack has no tariff for its goods on these days",
);

/// What is told of fourteen days of trade.
fn fortnight(told: &sample::Told, manner: Manner) -> String {
    let number = |state: &str| told.states.get(state).copied().unwrap_or(0);
    let (all, refused, held) = (told.declarations(), told.refused, number("held"));
    if all == 0 {
        return NO_TRADE.get(manner.lang).to_owned();
    }
    let (out, released, green) = (number("closed"), number("released"), number("green"));
    let zh = format!(
        "14 天 {all} 份报关单：{out} 结关，{released} 放行，{green} 待缴税，{held} 待验核；另 {refused} 份未受理"
    );
    let en = format!(
        "{all} declarations over 14 days: {out} closed, {released} released, {green} awaiting payment, {held} held; {refused} more refused"
    );
    manner.say(&zh, &en).to_owned()
}

/// What is told of a year of trade: what came of it, from which day on the pack knows the law, and where it
/// carried an exchange rate forward.
fn year(told: &sample::YearTold, manner: Manner) -> String {
    let (Some(first), Some(last)) = (told.first, told.last) else {
        return NO_TRADE.get(manner.lang).to_owned();
    };
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let refused = number(told.refused.values().sum());
    let (all, lines) = (number(told.declarations()), number(told.lines));
    let carried = number(told.carried_forward);
    let mut zh = format!("{first} 至 {last}：报关单 {all} 份，{lines} 项；另 {refused} 件未受理");
    let mut en =
        format!("{first} to {last}: {all} declarations, {lines} lines; {refused} submissions refused");
    if told.is_short {
        zh.push_str(&format!("。规则包在 {first} 之前没有所需的税则"));
        en.push_str(&format!(". The pack has no tariff for its goods before {first}"));
    }
    if told.carried_forward > 0 {
        zh.push_str(&format!("。{carried} 份按上一公布月的汇率计税"));
        en.push_str(&format!(
            ". {carried} were assessed at the last published month's exchange rate, carried forward"
        ));
    }
    manner.say(&zh, &en).to_owned()
}

fn law_told(engine: &Engine, progress: &mut Progress, manner: Manner) {
    let law = engine.law();
    let rules = count(law.control.rulebook.rules().len());
    let (name, number) = (law.manifest.name.get(manner.lang), law.number);
    let zh = format!("{name}，第 {number} 版，{rules} 条规则");
    let en = format!("{name}, edition {number}, {rules} rules");
    progress.done(manner.say("法规", "law"), manner.say(&zh, &en));
}

fn welcome(address: SocketAddr, signs: &str, file: &str, sample: bool, manner: Manner) -> String {
    let open = manner.say("打开", "Open");
    let mut out = format!("\n{open} http://{address}\n");
    if !sample {
        return out;
    }
    let zh = format!("演示系统，不是海关的服务。示例账号只能在本机登录；API 令牌见 {file}\n");
    let en = format!(
        "A demonstration, not an authority's service. Sign in from this machine only; API tokens are in {file}\n"
    );
    out.push_str(manner.say(&zh, &en));
    for (name, password) in sign_ins::passwords(signs) {
        out.push_str(&format!("  {name:<10} {password}\n"));
    }
    out
}

/// Warnings and errors, unless the environment asks for more.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("CUSTOMHOUSE_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Ends when the process is asked to stop, by SIGINT or SIGTERM.
fn stop_asked() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
