//! The last stage: the server behind.

use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Mutex;
use std::time::Duration;

use super::call::Call;
use super::http::{Response, header, read_response, write_request};
use super::limits::limit;
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

/// Longest silence of the upstream before the proxy gives up on it.
const PATIENCE: Duration = Duration::from_mins(1);

/// What becomes of a call that AWS has and moto lacks: moto answers those with a 500 in HTML, which clients retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unimplemented {
    /// 400 `InvalidAction`: final, a gap for whoever asked.
    #[default]
    Refuse,
    /// An empty list, as AWS answers an account that has none; calls without a known list are refused.
    Empty,
    /// moto's 500 as it is.
    Pass,
}

/// A server on loopback.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    pub(crate) unimplemented: Unimplemented,
    /// Whose turn it is. moto runs one thread at a time whatever is asked of it, and where a list is told while another
    /// thread adds to it, it breaks with the same 500 in HTML as for a call that it lacks.
    pub(crate) turn: Mutex<()>,
}

/// The address in `http://127.0.0.1:5000`.
pub(crate) fn loopback(url: &str) -> io::Result<SocketAddr> {
    let invalid = |why: &str| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("upstream {url:?} {why}"),
        )
    };
    let host = url
        .strip_prefix("http://")
        .ok_or_else(|| invalid("does not start with http://"))?
        .trim_end_matches('/');
    let address = host
        .to_socket_addrs()?
        .find(|address| address.ip().is_loopback())
        .ok_or_else(|| invalid("is not on this machine; only loopback is allowed"))?;
    Ok(address)
}

impl Upstream {
    fn ask(&self, call: &Call) -> io::Result<Response> {
        let _turn = lock(&self.turn);
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write_request(&mut stream, &call.request)?;
        read_response(&mut BufReader::new(stream))
    }

    fn stand_in(&self, call: &Call, action: &str) -> Response {
        let lists = limit(action).map_or(&[][..], |row| row.lists);
        if self.unimplemented == Unimplemented::Empty && !lists.is_empty() {
            let lists: Vec<String> = lists.iter().map(|list| format!("<{list}/>")).collect();
            let lists = lists.concat();
            return Response::xml(
                200,
                format!(
                    "<{action}Response xmlns=\"http://ec2.amazonaws.com/doc/{}/\">{lists}\
                     <requestId>strict-proxy</requestId></{action}Response>",
                    call.parameter("Version").unwrap_or("2016-11-15")
                ),
            );
        }
        Response::ec2_error(
            400,
            "InvalidAction",
            &format!("The action {action} is not valid for this endpoint."),
        )
    }
}

impl Stage for Upstream {
    fn handle(&self, call: Call, notes: &mut Notes, _: Next<'_>) -> Outcome {
        let response = self.answer(&call);
        if call.change.is_some() {
            notes.is_carried_out |= response.status < 300;
        }
        Outcome::Answer(response)
    }
}

impl Upstream {
    fn answer(&self, call: &Call) -> Response {
        match self.ask(call) {
            Ok(response) => match call.ec2_action() {
                Some(action)
                    if response.status >= 500
                        && self.unimplemented != Unimplemented::Pass
                        && header(&response.headers, "content-type")
                            .is_some_and(|kind| kind.starts_with("text/html")) =>
                {
                    self.stand_in(call, action)
                }
                _ => response,
            },
            Err(error) => Response::ec2_error(
                502,
                "BadGateway",
                &format!("The server at {} gave no answer: {error}.", self.address),
            ),
        }
    }
}
