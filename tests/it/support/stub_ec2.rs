//! An EC2 service in this process: answers what it is told to, in the EC2 query protocol, and remembers what it was asked.
//! Calls of Route 53 Resolver, which come as JSON, are told by their target.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// The account that `GetCallerIdentity` names.
pub(crate) const ACCOUNT: &str = "111122223333";

/// One request, as the service understood it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The API's name (`DescribeVpcs`).
    pub(crate) action: String,
    /// All parameters of the query, `Action` and `Version` too; none where it came as JSON.
    pub(crate) parameters: BTreeMap<String, String>,
    /// What came, as it came.
    pub(crate) body: String,
    /// The `Authorization` header.
    pub(crate) authorization: String,
}

/// What the service does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Answers with this status and body.
    Body(u16, String),
    /// Closes the connection without a word.
    Close,
    /// Promises the whole body, sends half of it and closes.
    Truncate(String),
    /// Never answers.
    Silence,
}

impl Reply {
    /// A successful answer: `inner` is what stands between the response element's tags.
    pub(crate) fn ok(action: &str, inner: &str) -> Self {
        Self::Body(200, xml(action, inner))
    }

    /// An error as EC2 words it.
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Body(
            status,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
                 <Message>{message}</Message></Error></Errors><RequestID>req-stub</RequestID></Response>"
            ),
        )
    }

    /// An error as STS words it.
    pub(crate) fn sts_error(status: u16, code: &str, message: &str) -> Self {
        Self::Body(
            status,
            format!(
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                 <Code>{code}</Code><Message>{message}</Message></Error><RequestId>req-stub</RequestId></ErrorResponse>"
            ),
        )
    }

    /// A successful answer that breaks off in the middle.
    pub(crate) fn truncated(action: &str, inner: &str) -> Self {
        Self::Truncate(xml(action, inner))
    }
}

fn xml(action: &str, inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>req-stub</requestId>{inner}</{action}Response>"
    )
}

/// What the service says to an action that has no replies of its own; `None` where it does not know it.
type Otherwise = dyn Fn(&Asked) -> Option<Reply> + Send + Sync;

#[derive(Default)]
struct Shared {
    otherwise: Mutex<Option<Arc<Otherwise>>>,
    replies: Mutex<BTreeMap<String, VecDeque<Reply>>>,
    asked: Mutex<Vec<Asked>>,
    stopped: AtomicBool,
}

/// The service. It stops when it is dropped.
pub(crate) struct StubEc2 {
    shared: Arc<Shared>,
    address: String,
}

impl StubEc2 {
    /// Starts a service on a port of its own; it knows `GetCallerIdentity` and refuses everything else as unknown.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let address = listener.local_addr().expect("an address").to_string();
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if serving.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || serve(&serving, &stream));
            }
        });
        Self { shared, address }.on(
            "GetCallerIdentity",
            [Reply::Body(
                200,
                format!(
                    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                     <GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/reader</Arn><UserId>AIDASTUB</UserId>\
                     <Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
                ),
            )],
        )
    }

    /// Answers `action` with these in turn; the last one stays.
    pub(crate) fn on(self, action: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = replies.into_iter().collect();
        self.shared
            .replies
            .lock()
            .expect("replies")
            .insert(action.to_owned(), replies);
        self
    }

    /// Answers every other action by what was asked.
    pub(crate) fn otherwise(
        self,
        answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        *self.shared.otherwise.lock().expect("the rest") = Some(Arc::new(answer));
        self
    }

    /// The address for `endpoint_url`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request for `action` so far, in order of arrival.
    pub(crate) fn asked(&self, action: &str) -> Vec<Asked> {
        let asked = self.shared.asked.lock().expect("requests");
        asked
            .iter()
            .filter(|asked| asked.action == action)
            .cloned()
            .collect()
    }

    /// The last request that came for anything.
    pub(crate) fn last(&self) -> Option<Asked> {
        self.shared.asked.lock().expect("requests").last().cloned()
    }

    /// How many requests came for anything.
    pub(crate) fn count(&self) -> usize {
        self.shared.asked.lock().expect("requests").len()
    }
}

impl Drop for StubEc2 {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener, so that its thread sees the flag.
        drop(TcpStream::connect(&self.address));
    }
}

fn serve(shared: &Shared, stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = read_request(&mut reader) {
        let action = asked.action.clone();
        shared.asked.lock().expect("requests").push(asked.clone());
        let otherwise = shared.otherwise.lock().expect("the rest").clone();
        // Not held while the answer is made: that may take its time, and others ask meanwhile.
        let told = {
            let mut replies = shared.replies.lock().expect("replies");
            replies.get_mut(&action).map(|queue| match queue.len() {
                0 | 1 => queue.front().cloned(),
                _ => queue.pop_front(),
            })
        };
        let reply = told.unwrap_or_else(|| {
            otherwise.and_then(|answer| answer(&asked)).or_else(|| {
                Some(Reply::error(
                    400,
                    "InvalidAction",
                    "The action is not valid for this web service.",
                ))
            })
        });
        let sent = match reply {
            Some(Reply::Body(status, body)) => respond(stream, status, &body, body.len()),
            Some(Reply::Truncate(body)) => {
                let _ = respond(stream, 200, &body[..body.len() / 2], body.len());
                break;
            }
            Some(Reply::Silence) => {
                while !shared.stopped.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(5));
                }
                break;
            }
            Some(Reply::Close) | None => break,
        };
        if sent.is_err() {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn respond(mut stream: &TcpStream, status: u16, body: &str, length: usize) -> std::io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} Stub\r\ncontent-type: text/xml\r\ncontent-length: {length}\r\n\r\n"
    );
    // In one piece: a second small segment would wait for the client's delayed acknowledgement.
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    stream.flush()
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
    let (mut length, mut authorization, mut target) = (0, String::new(), None);
    loop {
        let mut header = String::new();
        reader
            .read_line(&mut header)
            .ok()
            .filter(|&read| read > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => value.trim().clone_into(&mut authorization),
            "x-amz-target" => target = value.trim().rsplit('.').next().map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let query = if target.is_some() { "" } else { &body };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let parameters: BTreeMap<_, _> = pairs
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let named = || parameters.get("Action").cloned().unwrap_or_default();
    Some(Asked {
        action: target.unwrap_or_else(named),
        parameters,
        body,
        authorization,
    })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&hex, 16).expect("a percent-encoded byte")
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}
