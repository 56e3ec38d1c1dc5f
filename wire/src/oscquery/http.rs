//! The little of HTTP that OSCQuery needs: the head of a GET, and answers in JSON. Pure, bounded.

use super::{HostInfo, Node};
use serde_json::{Value, json};

/// Longest head of a request, in bytes.
pub const MAX_HEAD_BYTES: usize = 8_192;
/// Most header lines of a request.
const MAX_HEADERS: usize = 64;

/// What a connection has sent so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// Not all of it yet.
    More,
    /// A GET.
    Get(Request),
    /// Something that is answered with a refusal.
    Refused(Status),
}

/// A GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its path without escapes.
    pub path: String,
    /// What stands behind `?`.
    pub query: Option<String>,
    /// The `Host` it believes to speak to.
    pub host: Option<String>,
}

/// The status of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 200
    Ok,
    /// 204: an attribute that this address does not have.
    NoContent,
    /// 400
    BadRequest,
    /// 403: asked under a name that is not this machine's.
    Forbidden,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 408
    Timeout,
    /// 431
    HeadTooLarge,
}

impl Status {
    /// Its number and words (RFC 9110 section 15, RFC 6585 section 5).
    fn line(self) -> &'static str {
        match self {
            Status::Ok => "200 OK",
            Status::NoContent => "204 No Content",
            Status::BadRequest => "400 Bad Request",
            Status::Forbidden => "403 Forbidden",
            Status::NotFound => "404 Not Found",
            Status::MethodNotAllowed => "405 Method Not Allowed",
            Status::Timeout => "408 Request Timeout",
            Status::HeadTooLarge => "431 Request Header Fields Too Large",
        }
    }

    /// What to do, for the body of a refusal.
    fn words(self) -> &'static str {
        match self {
            Status::Ok | Status::NoContent => "",
            Status::BadRequest => {
                "expected GET /ADDRESS or GET /ADDRESS?ATTRIBUTE, where ATTRIBUTE is one of VALUE, TYPE, RANGE, ACCESS, DESCRIPTION, UNIT, CONTENTS, FULL_PATH, HOST_INFO"
            }
            Status::Forbidden => "ask by 127.0.0.1 or localhost; this server is not open to the network",
            Status::NotFound => "no such address; GET / shows them all",
            Status::MethodNotAllowed => "only GET is answered; values are sent by OSC",
            Status::Timeout => "the request did not come in time",
            Status::HeadTooLarge => "a request of more than 8192 bytes or 64 header lines is not read",
        }
    }
}

/// Reads the head of a request.
pub fn read_head(bytes: &[u8]) -> Head {
    let long = bytes.len() > MAX_HEAD_BYTES;
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(&bytes[..bytes.len().min(MAX_HEAD_BYTES)]) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) if long => return Head::Refused(Status::HeadTooLarge),
        Ok(httparse::Status::Partial) => return Head::More,
        Err(httparse::Error::TooManyHeaders) => return Head::Refused(Status::HeadTooLarge),
        Err(_) => return Head::Refused(Status::BadRequest),
    }
    if request.method != Some("GET") {
        return Head::Refused(Status::MethodNotAllowed);
    }
    let host = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("host"));
    let host = host.map(|header| String::from_utf8_lossy(header.value).into_owned());
    let (path, query) = match request.path.unwrap_or_default().split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (request.path.unwrap_or_default(), None),
    };
    match plain(path) {
        Some(path) if path.starts_with('/') => Head::Get(Request { path, query, host }),
        _ => Head::Refused(Status::BadRequest),
    }
}

/// A path without its `%XX`; `None` where they are no UTF-8.
fn plain(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        if *first == b'%' {
            let [high, low, behind @ ..] = behind else { return None };
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            bytes.push((digit(high)? * 16 + digit(low)?) as u8);
            rest = behind;
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).ok()
}

impl Request {
    /// Whether it was meant for this machine alone: a page that a browser was lured to asks under its own name, even
    /// where that name has been made to lead here.
    pub fn is_local(&self) -> bool {
        let Some(host) = &self.host else { return true };
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.split(':').next().unwrap_or_default(),
        };
        name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok()
    }

    /// What a tree answers ("Queries" of the proposal).
    pub fn answer(&self, tree: &Node, host: &HostInfo) -> (Status, Value) {
        if self.query.as_deref() == Some("HOST_INFO") {
            return serde_json::to_value(host)
                .map_or((Status::NotFound, Value::Null), |json| (Status::Ok, json));
        }
        let Some(node) = tree.find(&self.path) else { return (Status::NotFound, Value::Null) };
        match self.query.as_deref() {
            None | Some("") => {
                serde_json::to_value(node).map_or((Status::NotFound, Value::Null), |json| (Status::Ok, json))
            }
            Some(name) => match node.attribute(name) {
                Some(Some(value)) => (Status::Ok, json!({ name: value })),
                Some(None) => (Status::NoContent, Value::Null),
                None => (Status::BadRequest, Value::Null),
            },
        }
    }
}

/// An answer as bytes. A refusal says why in its body.
pub fn write(status: Status, json: &Value) -> Vec<u8> {
    let body = match status {
        Status::NoContent => String::new(),
        Status::Ok => json.to_string(),
        refusal => json!({ "error": refusal.words() }).to_string(),
    };
    let allow = if status == Status::MethodNotAllowed { "Allow: GET\r\n" } else { "" };
    let mut head = format!("HTTP/1.1 {}\r\n{allow}Connection: close\r\n", status.line());
    if status != Status::NoContent {
        head += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    }
    (head + "Cache-Control: no-store\r\n\r\n" + &body).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, query: Option<&str>, host: Option<&str>) -> Head {
        Head::Get(Request { path: path.into(), query: query.map(Into::into), host: host.map(Into::into) })
    }

    #[test]
    fn a_get_is_read_whole_or_not_at_all() {
        let bytes = b"GET /psivox/param/a%20b?VALUE HTTP/1.1\r\nhOsT: 127.0.0.1:80\r\n\r\n";
        for end in 0..bytes.len() {
            assert_eq!(read_head(&bytes[..end]), Head::More, "{end}");
        }
        assert_eq!(read_head(bytes), get("/psivox/param/a b", Some("VALUE"), Some("127.0.0.1:80")));
        assert_eq!(read_head(b"GET / HTTP/1.0\r\n\r\n"), get("/", None, None));
    }

    #[test]
    fn what_is_no_get_is_refused() {
        let refused = |bytes: &[u8]| match read_head(bytes) {
            Head::Refused(status) => status,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(b"POST / HTTP/1.1\r\n\r\n"), Status::MethodNotAllowed);
        assert_eq!(refused(b"\x16\x03\x01\x02\x00"), Status::BadRequest);
        assert_eq!(refused(b"GET /%zz HTTP/1.1\r\n\r\n"), Status::BadRequest);
        assert_eq!(refused(b"GET /%ff HTTP/1.1\r\n\r\n"), Status::BadRequest);
        assert_eq!(refused(b"GET /% HTTP/1.1\r\n\r\n"), Status::BadRequest);
        assert_eq!(refused(b"GET http://x/ HTTP/1.1\r\n\r\n"), Status::BadRequest);
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65));
        assert_eq!(refused(many.as_bytes()), Status::HeadTooLarge);
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(MAX_HEAD_BYTES));
        assert_eq!(refused(long.as_bytes()), Status::HeadTooLarge);
        assert_eq!(read_head(&long.as_bytes()[..MAX_HEAD_BYTES]), Head::More);
    }

    #[test]
    fn only_this_machine_is_local() {
        let local = |host: Option<&str>| {
            Request { path: "/".into(), query: None, host: host.map(Into::into) }.is_local()
        };
        for host in [None, Some("localhost:80"), Some("LOCALHOST"), Some("127.0.0.1:9"), Some("[::1]:80")] {
            assert!(local(host), "{host:?}");
        }
        for host in [Some("evil.example"), Some("localhost.evil.example:80"), Some(""), Some("[")] {
            assert!(!local(host), "{host:?}");
        }
    }

    #[test]
    fn answers_are_written_to_the_letter() {
        let ok = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\
                  Cache-Control: no-store\r\n\r\n{\"VALUE\":[1]}";
        assert_eq!(write(Status::Ok, &json!({"VALUE": [1]})), ok.as_bytes());
        let empty = "HTTP/1.1 204 No Content\r\nConnection: close\r\nCache-Control: no-store\r\n\r\n";
        assert_eq!(write(Status::NoContent, &Value::Null), empty.as_bytes());
        let refusal = String::from_utf8(write(Status::MethodNotAllowed, &Value::Null)).unwrap();
        assert!(refusal.starts_with("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n"), "{refusal}");
        assert!(
            refusal.ends_with("{\"error\":\"only GET is answered; values are sent by OSC\"}"),
            "{refusal}"
        );
    }
}
