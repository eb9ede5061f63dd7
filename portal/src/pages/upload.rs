//! Files and fields out of a form (`multipart/form-data`, RFC 7578), for browsers without script.

/// Parts of a form at most: a findings sheet has five fields a line.
const PARTS: usize = 5_100;

/// One part of a form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub name: String,
    /// As the browser says; empty for a field.
    pub media_type: String,
    pub content: &'a [u8],
}

/// The content of the first part of a name; nothing if there is none.
pub(crate) fn content<'a>(parts: &[Part<'a>], name: &str) -> &'a [u8] {
    parts.iter().find(|part| part.name == name).map_or(&b""[..], |part| part.content)
}

/// The parts of a form.
pub(crate) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let boundary = content_type.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let line = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = body.get(find(body, line.as_bytes())? + line.len()..)?;
    let next = format!("\r\n{line}");
    while !rest.starts_with(b"--") && parts.len() < PARTS {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = std::str::from_utf8(rest.get(..head_end)?).ok()?;
        let content = rest.get(head_end + 4..)?;
        let end = find(content, next.as_bytes())?;
        parts.push(Part { name: name_of(head)?, media_type: type_of(head), content: content.get(..end)? });
        rest = content.get(end + next.len()..)?;
    }
    Some(parts)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|w| w == what)
}

fn name_of(head: &str) -> Option<String> {
    let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let name = line.split(';').find_map(|p| p.trim().strip_prefix("name=\""))?;
    Some(name.strip_suffix('"')?.to_owned())
}

fn type_of(head: &str) -> String {
    let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with("content-type:"));
    let kind = line.and_then(|l| l.split_once(':')).map_or("", |(_, kind)| kind);
    kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XX";

    #[test]
    fn finds_file_and_fields() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk1\r\n--XX\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\nContent-Type: text/xml\r\n\r\n<a>\r\n</a>\r\n--XX--\r\n";
        let found = parts(KIND, body).unwrap();
        let part = |name: &str, media_type: &str, content: &'static [u8]| Part {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            content,
        };
        assert_eq!(found, [part("key", "", b"k1"), part("file", "text/xml", b"<a>\r\n</a>")]);
    }

    #[test]
    fn anything_else_is_none() {
        for body in [
            &b""[..],
            b"--XX",
            b"--XX\r\n",
            b"--XX\r\n\r\n\r\n",
            b"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
        ] {
            assert_eq!(parts(KIND, body), None);
        }
        assert_eq!(parts("text/plain", b"--XX--"), None);
        assert_eq!(parts(KIND, b"--XX--"), Some(Vec::new()));
    }
}
