//! As much of HTTP/1.1 as EC2 clients and moto speak: one message at a time, bodies by length, by chunks, or to the end.

use std::io::{self, BufRead, Read, Write};

/// Largest body read, in bytes; an EC2 answer of a whole region is a few MB.
const BODY_LIMIT: usize = 256 * 1024 * 1024;
/// Longest line and largest number of header lines accepted.
const LINE_LIMIT: u64 = 64 * 1024;
const HEADER_LIMIT: usize = 200;

/// Header lines in the order received.
pub(crate) type Headers = Vec<(String, String)>;

/// A request as it came in, body complete.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

/// A response, body complete. Lengths are written anew, so no header of it need agree with the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// An answer in XML.
    pub(crate) fn xml(status: u16, body: String) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), "text/xml".to_owned())],
            body: body.into_bytes(),
        }
    }

    /// An error as EC2 words it: `Response/Errors/Error` with a code that callers match on and a message they show.
    pub(crate) fn ec2_error(status: u16, code: &str, message: &str) -> Self {
        Self::xml(
            status,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{}</Code>\
                 <Message>{}</Message></Error></Errors><RequestID>strict-proxy</RequestID></Response>",
                super::xml::escape(code),
                super::xml::escape(message)
            ),
        )
    }

    /// An error as STS words it.
    pub(crate) fn sts_error(status: u16, code: &str, message: &str) -> Self {
        Self::xml(
            status,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>{}</Code><Message>{}</Message></Error><RequestId>strict-proxy</RequestId></ErrorResponse>",
                super::xml::escape(code),
                super::xml::escape(message)
            ),
        )
    }

    /// An error as services that speak JSON word it.
    pub(crate) fn json_error(status: u16, code: &str, message: &str) -> Self {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        Self {
            status,
            headers: vec![(
                "Content-Type".to_owned(),
                "application/x-amz-json-1.1".to_owned(),
            )],
            body: format!(
                "{{\"__type\": \"{}\", \"message\": \"{}\"}}",
                quoted(code),
                quoted(message)
            )
            .into_bytes(),
        }
    }

    /// The body as text, if it is UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// The first value of a header, names compared without regard to case.
pub(crate) fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    reader.take(LINE_LIMIT).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(bad("a header line is too long or has no end"));
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| bad("a header line is not UTF-8"))
}

fn headers(reader: &mut impl BufRead) -> io::Result<Headers> {
    let mut found = Headers::new();
    loop {
        let text = line(reader)?.ok_or_else(|| bad("the message ends inside its headers"))?;
        if text.is_empty() {
            return Ok(found);
        }
        let (name, value) = text
            .split_once(':')
            .ok_or_else(|| bad("a header line has no colon"))?;
        found.push((name.to_owned(), value.trim().to_owned()));
        if found.len() > HEADER_LIMIT {
            return Err(bad("the message has too many headers"));
        }
    }
}

fn sized(reader: &mut impl BufRead, length: usize) -> io::Result<Vec<u8>> {
    if length > BODY_LIMIT {
        return Err(bad("the body is too large"));
    }
    let mut body = Vec::new();
    reader.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(body)
}

fn chunked(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let text = line(reader)?.ok_or_else(|| bad("the message ends inside its chunks"))?;
        let size = text.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| bad("a chunk has no size"))?;
        if body.len().saturating_add(size) > BODY_LIMIT {
            return Err(bad("the body is too large"));
        }
        if size == 0 {
            headers(reader)?; // trailers
            return Ok(body);
        }
        body.extend(sized(reader, size)?);
        if line(reader)?.is_none_or(|rest| !rest.is_empty()) {
            return Err(bad("a chunk is longer than its size"));
        }
    }
}

fn is_chunked(headers: &Headers) -> bool {
    header(headers, "transfer-encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
}

fn length(headers: &Headers) -> io::Result<Option<usize>> {
    header(headers, "content-length")
        .map(|value| {
            value
                .parse()
                .map_err(|_| bad("Content-Length is not a number"))
        })
        .transpose()
}

/// Reads one request; `None` where the peer closed the connection between two of them. `continue_to` gets the interim
/// answer that a client waiting with `Expect: 100-continue` needs before it sends its body.
pub(crate) fn read_request(
    reader: &mut impl BufRead,
    continue_to: &mut impl Write,
) -> io::Result<Option<Request>> {
    let Some(first) = line(reader)? else {
        return Ok(None);
    };
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next()) else {
        return Err(bad("the first line is not an HTTP request"));
    };
    let (method, target) = (method.to_owned(), target.to_owned());
    let headers = headers(reader)?;
    if header(&headers, "expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        continue_to.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        continue_to.flush()?;
    }
    let body = if is_chunked(&headers) {
        chunked(reader)?
    } else {
        sized(reader, length(&headers)?.unwrap_or(0))?
    };
    Ok(Some(Request {
        method,
        target,
        headers,
        body,
    }))
}

/// Reads one response.
pub(crate) fn read_response(reader: &mut impl BufRead) -> io::Result<Response> {
    loop {
        let first = line(reader)?.ok_or_else(|| bad("the server closed without an answer"))?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse::<u16>().ok())
            .ok_or_else(|| bad("the first line is not an HTTP response"))?;
        let headers = headers(reader)?;
        if (100..200).contains(&status) {
            continue;
        }
        let body = if is_chunked(&headers) {
            chunked(reader)?
        } else if let Some(length) = length(&headers)? {
            sized(reader, length)?
        } else if matches!(status, 204 | 304) {
            Vec::new()
        } else {
            let mut body = Vec::new();
            reader.take(BODY_LIMIT as u64).read_to_end(&mut body)?;
            body
        };
        return Ok(Response {
            status,
            headers,
            body,
        });
    }
}

/// Headers that speak about the one connection they came over, or about a length that is written anew.
fn is_of_this_hop(name: &str) -> bool {
    [
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "transfer-encoding",
    ]
    .iter()
    .any(|hop| name.eq_ignore_ascii_case(hop))
}

fn head(first: &str, headers: &Headers, length: usize, keep: bool) -> Vec<u8> {
    let mut lines = vec![first.to_owned()];
    lines.extend(
        headers
            .iter()
            .filter(|(name, _)| !is_of_this_hop(name))
            .map(|(name, value)| format!("{name}: {value}")),
    );
    let connection = if keep { "keep-alive" } else { "close" };
    lines.push(format!("Content-Length: {length}"));
    lines.push(format!("Connection: {connection}\r\n\r\n"));
    lines.join("\r\n").into_bytes()
}

/// Writes a request whose connection is closed after the answer.
pub(crate) fn write_request(writer: &mut impl Write, request: &Request) -> io::Result<()> {
    let first = format!("{} {} HTTP/1.1", request.method, request.target);
    let mut bytes = head(&first, &request.headers, request.body.len(), false);
    bytes.extend_from_slice(&request.body);
    writer.write_all(&bytes)?;
    writer.flush()
}

/// Writes a response, or of its body the first `only` bytes under a length that promises all of them.
pub(crate) fn write_response(
    writer: &mut impl Write,
    response: &Response,
    keep: bool,
    only: Option<usize>,
) -> io::Result<()> {
    let first = format!("HTTP/1.1 {} {}", response.status, reason(response.status));
    let mut bytes = head(&first, &response.headers, response.body.len(), keep);
    let end = only.map_or(response.body.len(), |n| n.min(response.body.len()));
    bytes.extend_from_slice(&response.body[..end]);
    writer.write_all(&bytes)?;
    writer.flush()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> io::Result<Option<Request>> {
        read_request(&mut text.as_bytes(), &mut io::sink())
    }

    #[test]
    fn bodies_by_length_and_by_chunks_are_read_alike() {
        let sized = request("POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\nAction=Xrest").unwrap();
        let chunks = request(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nAct\r\n5;x=y\r\nion=X\r\n0\r\n\r\n",
        )
        .unwrap();
        assert_eq!(sized.unwrap().body, b"Action=X");
        assert_eq!(chunks.unwrap().body, b"Action=X");
    }

    #[test]
    fn a_client_that_waits_is_told_to_continue() {
        let text = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx";
        let mut interim = Vec::new();
        read_request(&mut text.as_bytes(), &mut interim).unwrap();
        assert_eq!(interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        for text in [
            "nonsense\r\n\r\n",
            "POST / HTTP/1.1\r\nno colon\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nlonger\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x",
        ] {
            assert!(request(text).is_err(), "accepted: {text:?}");
        }
        assert!(request("").unwrap().is_none());
    }

    #[test]
    fn a_truncated_response_promises_more_than_it_holds() {
        let mut bytes = Vec::new();
        let whole = Response::xml(200, "<a>text</a>".to_owned());
        write_response(&mut bytes, &whole, false, Some(4)).unwrap();
        let error = read_response(&mut bytes.as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
