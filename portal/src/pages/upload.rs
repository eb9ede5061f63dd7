//! One file out of a form (`multipart/form-data`, RFC 7578), for browsers without script.

/// The parts of a form: name, and content.
pub(crate) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<(String, &'a [u8])>> {
    let boundary = content_type.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let line = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = body.get(find(body, line.as_bytes())? + line.len()..)?;
    let next = format!("\r\n{line}");
    while !rest.starts_with(b"--") && parts.len() < 20 {
        let head_end = find(rest, b"\r\n\r\n")?;
        let head = std::str::from_utf8(rest.get(..head_end)?).ok()?;
        let content = rest.get(head_end + 4..)?;
        let end = find(content, next.as_bytes())?;
        parts.push((name_of(head)?, content.get(..end)?));
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

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=XX";

    #[test]
    fn finds_file_and_fields() {
        let body = b"--XX\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk1\r\n--XX\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.xml\"\r\nContent-Type: text/xml\r\n\r\n<a>\r\n</a>\r\n--XX--\r\n";
        let found = parts(KIND, body).unwrap();
        assert_eq!(found[0], ("key".to_owned(), &b"k1"[..]));
        assert_eq!(found[1], ("file".to_owned(), &b"<a>\r\n</a>"[..]));
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
