//! `pack export`: the files of a database's newest edition. After the first start the database is the
//! authority.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use crate::pack_source::{may_write, write_folder};
use customhouse_engine::newest_pack;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse pack export ./law --data ./data")]
pub(crate) struct Export {
    /// Folder to write the pack into
    folder: PathBuf,
    #[command(flatten)]
    data: DataFolder,
}

impl Export {
    pub fn run(self, manner: Manner) -> Ended {
        let database = self.data.existing_database()?;
        may_write(&self.folder)?;
        let failed = |e| Failure::at(&database, e);
        let mut reader = database.reader()?;
        let none =
            || Failure::at(&database, "it holds no edition yet; start it once with `customhouse serve`");
        let (number, files) = newest_pack(&mut *reader).map_err(failed)?.ok_or_else(none)?;
        write_folder(&self.folder, &files)?;
        let folder = self.folder.display();
        if manner.json {
            print_json(
                &serde_json::json!({ "edition": number, "files": files.len(), "folder": folder.to_string() }),
            );
        } else {
            let zh = format!("第 {number} 版的 {} 个文件已写入 {folder}。\n", files.len());
            let en = format!("Wrote the {} files of edition {number} into {folder}.\n", files.len());
            print(manner.say(&zh, &en));
        }
        Ok(Ending::Good)
    }
}
