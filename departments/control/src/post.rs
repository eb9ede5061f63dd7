//! Posts 岗位 of customs officers. Document check, examination, release and audit are posts that check
//! each other: nobody acts on one case in two of them. Source: CL 79, handbook 2.1.

use serde::{Deserialize, Serialize};

/// A post. Procedures name these beside the roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Document check 审单
    DocumentCheck,
    /// Examination 查验
    Examination,
    /// Release and its aftermath: holds, amendments, withdrawals 放行
    Release,
    /// Post-clearance audit 稽查
    Audit,
    /// Head of the office, or who acts for him 关长或者其授权的人
    Head,
}

impl Post {
    pub const ALL: [Post; 5] =
        [Post::DocumentCheck, Post::Examination, Post::Release, Post::Audit, Post::Head];

    pub fn name(self) -> &'static str {
        match self {
            Post::DocumentCheck => "document_check",
            Post::Examination => "examination",
            Post::Release => "release",
            Post::Audit => "audit",
            Post::Head => "head",
        }
    }

    /// The post of this name.
    pub fn parse(name: &str) -> Option<Post> {
        Post::ALL.into_iter().find(|post| post.name() == name)
    }
}
