//! `pack import-tariff`: a whole tariff from a file, into a pack of its own.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::import_cn::{self, Imported, Nomenclature, Summary};
use crate::pack_source::{PackChoice, may_write, unusable, write_folder};
use crate::progress::Progress;
use crate::words::count;
use clap::ValueEnum;
use customhouse_engine::Edition;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse pack import-tariff --format cn ../shared/data/cn-tariff/cn_hs10_rates.csv.gz \
                        --units ../shared/data/wco-hs/hs2022.csv.gz --into ./law\n\nThen: customhouse serve --pack ./law"
)]
pub(crate) struct ImportTariff {
    /// The file of rates, CSV or gzip
    file: PathBuf,
    /// What the file holds
    #[arg(long)]
    format: TariffFormat,
    /// Folder to write the pack into: new, empty, or one that holds a pack
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// HS 2022 nomenclature (hs2022.csv.gz): English names, and standard units for first statutory units
    #[arg(long, value_name = "FILE")]
    units: Option<PathBuf>,
    #[command(flatten)]
    pack: PackChoice,
}

/// Formats of a file of rates.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TariffFormat {
    /// China: hs_code, name_zh, mfn_rate, general_rate, provisional_rate, vat_rate, consumption_rate
    Cn,
}

impl ImportTariff {
    pub fn run(self, manner: Manner) -> Ended {
        let TariffFormat::Cn = self.format;
        may_write(&self.into)?;
        let mut progress = Progress::new(manner.json);
        let (pack, origin) = self.pack.files()?;
        let own = Edition::compile(1, &pack).map_err(|faults| unusable(&origin, &faults, manner.lang))?;
        progress.done(
            manner.say("规则包", "pack"),
            self.pack.folder().map_or("embedded".into(), Path::to_string_lossy),
        );
        let tariff = read(&self.file)?;
        let nomenclature = self.nomenclature()?;
        let imported = import_cn::import(&pack, &own.control.rulebook, &tariff, &nomenclature);
        let imported = match imported {
            Ok(imported) => imported,
            Err(faults) => return Ok(refuse(&self.file, &faults, manner)),
        };
        progress.done(manner.say("税率", "rates"), self.file.display());
        check(&imported, manner)?;
        progress.done(manner.say("校验", "check"), manner.say("没有错误", "no fault"));
        write_folder(&self.into, &imported.files)?;
        progress.done(manner.say("写入", "write"), self.into.display());
        if manner.json {
            print_json(&imported.summary);
        } else {
            print(&text(&imported.summary, manner));
        }
        Ok(Ending::Good)
    }

    /// The nomenclature: the one given, with units; or one beside the file, for its names.
    fn nomenclature(&self) -> Result<Nomenclature, Failure> {
        if let Some(file) = &self.units {
            return Nomenclature::read(&read(file)?, true).map_err(|e| Failure::at(file.display(), e));
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        let beside =
            ["hs2022.csv.gz", "hs2022.csv"].map(|name| folder.join(name)).into_iter().find(|f| f.exists());
        match beside {
            Some(file) => {
                Nomenclature::read(&read(&file)?, false).map_err(|e| Failure::at(file.display(), e))
            }
            None => Ok(Nomenclature::default()),
        }
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|e| Failure::at(file.display(), e))?;
    import_cn::text(&bytes).map_err(|e| Failure::at(file.display(), e))
}

fn refuse(file: &Path, faults: &[String], manner: Manner) -> Ending {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{}:{fault}", file.display())).collect();
    if manner.json {
        print_json(&serde_json::json!({ "faults": lines }));
    } else {
        print(&format!("{}\n", lines.join("\n")));
    }
    Ending::Refused
}

/// The pack that was made must be one.
fn check(imported: &Imported, manner: Manner) -> Result<(), Failure> {
    let checked = Edition::compile(1, &imported.files);
    checked.map(|_| ()).map_err(|faults| unusable("as imported", &faults, manner.lang))
}

fn text(summary: &Summary, manner: Manner) -> String {
    let unknown: usize = summary.unknown.values().sum();
    let [lines, kept, rates, unknown, unit] =
        [summary.lines, summary.kept, summary.rates, unknown, summary.without_unit].map(count);
    let zh = format!(
        "共 {lines} 个商品编号，其中 {kept} 个沿用规则包原有内容。\n新写入 {rates} 个税率，其中 {unknown} 个不明；{unit} 个编号没有法定第一单位。\n"
    );
    let en = format!(
        "{lines} lines, {kept} of them as the pack has them already.\n{rates} rates written, {unknown} of them unknown; {unit} lines without a first unit.\n"
    );
    let mut out = manner.say(&zh, &en).to_owned();
    for (why, n) in &summary.unknown {
        out.push_str(&format!("  {:>6}  {why}\n", count(*n)));
    }
    out
}
