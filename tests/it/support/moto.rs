//! A moto server for one test: started on a free port, ended with it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::environment::{package, require};

/// A fresh account in a server of its own.
pub(crate) struct Moto {
    child: Child,
    address: SocketAddr,
    venv: PathBuf,
}

impl Moto {
    /// Starts a server from the virtual environment in `VPC_ATLAS_VENV`; `None`, with a word, where that is unset.
    ///
    /// A server that is there and does not start fails the test: it must not be mistaken for one left out.
    pub(crate) fn start() -> Option<Self> {
        let venv = PathBuf::from(require("VPC_ATLAS_VENV")?);
        for _ in 0..5 {
            if let Some(moto) = Self::try_start(&venv).expect("moto_server starts") {
                return Some(moto);
            }
        }
        panic!("moto_server did not answer on any of five ports");
    }

    /// `None` where the port was taken between choosing it and moto's listening on it.
    fn try_start(venv: &Path) -> io::Result<Option<Self>> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let child = Command::new(venv.join("bin/python"))
            .arg(package().join("tests/moto/server.py"))
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut moto = Self {
            child,
            address,
            venv: venv.to_owned(),
        };
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            if moto.child.try_wait()?.is_some() {
                return Ok(None);
            }
            if moto.answers() {
                return Ok(Some(moto));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(None)
    }

    fn answers(&self) -> bool {
        let ask = || -> io::Result<bool> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /moto-api/ HTTP/1.0\r\n\r\n")?;
            let mut start = [0; 12];
            stream.read_exact(&mut start)?;
            Ok(start.ends_with(b"200"))
        };
        ask().unwrap_or(false)
    }

    /// Makes every account of the server as empty as it was at first.
    #[cfg(feature = "aws")]
    pub(crate) fn reset(&self) {
        let ask = || -> io::Result<String> {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(Duration::from_mins(1)))?;
            stream.write_all(b"POST /moto-api/reset HTTP/1.0\r\nContent-Length: 0\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = ask().expect("moto answers");
        assert!(answer.contains(" 200 "), "{answer}");
    }

    /// For `AWS_ENDPOINT_URL`, or as the proxy's upstream.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Fills the account (tests/moto/seed.py) and gives what the script prints: the ids it made, as JSON.
    pub(crate) fn seed(&self, arguments: &[&str]) -> String {
        let output = python(&self.venv, "tests/moto/seed.py")
            .args(["--endpoint", &self.url()])
            .args(arguments)
            .output()
            .expect("seed.py runs");
        assert!(
            output.status.success(),
            "seed.py failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("seed.py prints UTF-8")
    }

    /// What others have that designs want (tests/moto/others.py): a VPC in each of these accounts and regions.
    #[cfg(feature = "aws")]
    pub(crate) fn others(&self, region: &str, places: &serde_json::Value) -> serde_json::Value {
        let mut command = self.python("tests/moto/others.py");
        command.args(["--endpoint", &self.url(), "--region", region]);
        let (text, went) = fed(&mut command, &places.to_string());
        assert!(went, "others.py failed: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The folder of the virtual environment's programs, the AWS CLI among them.
    pub(crate) fn programs(&self) -> PathBuf {
        self.venv.join("bin")
    }

    /// A script for bash, with the AWS CLI of the virtual environment, which asks this server.
    pub(crate) fn bash(&self, script: impl AsRef<Path>) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        credentials(&mut command);
        command
            .arg(package().join(script))
            .env("PATH", format!("{}:{path}", self.programs().display()))
            .env("AWS_ENDPOINT_URL", self.url());
        command
    }

    /// Another program of the virtual environment, with credentials that moto takes.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.venv.join("bin").join(name));
        credentials(&mut command);
        command
    }

    /// A Python script of this package, with credentials that moto takes.
    pub(crate) fn python(&self, script: &str) -> Command {
        python(&self.venv, script)
    }
}

/// Carries out step graphs, one a line, each in an account of its own and taken back (tests/steps/run.py). Gives what
/// the script prints, and whether nothing was refused and nothing left; `None`, with a word, where `VPC_ATLAS_VENV` is
/// unset. The script brings its own moto.
pub(crate) fn carry_out(region: &str, graphs: &str) -> Option<(String, bool)> {
    let venv = PathBuf::from(require("VPC_ATLAS_VENV")?);
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let mut command = python(&venv, "tests/steps/run.py");
    command
        .args(["moto", "--region", region, "--undo", "--each"])
        .args(["--jobs", &jobs.to_string()]);
    Some(fed(&mut command, graphs))
}

/// The requests that botocore makes of calls, one a line (tests/code/queries.py); `None`, with a word, where
/// `VPC_ATLAS_VENV` is unset.
#[cfg(feature = "aws")]
pub(crate) fn queries(calls: &str) -> Option<String> {
    let venv = PathBuf::from(require("VPC_ATLAS_VENV")?);
    let (text, went) = fed(&mut python(&venv, "tests/code/queries.py"), calls);
    assert!(went, "queries.py failed: {text}");
    Some(text)
}

/// Runs a command with a text for its standard input. Gives what it prints, and whether it ended well.
fn fed(command: &mut Command, text: &str) -> (String, bool) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the script runs");
    let mut stdin = child.stdin.take().expect("it has a standard input");
    let text = text.to_owned();
    // Written beside the reading: either pipe may be full first. A script that ends early says why by itself.
    let writer = thread::spawn(move || {
        let _ = stdin.write_all(text.as_bytes());
    });
    let output = child.wait_with_output().expect("the script ends");
    writer.join().expect("the writer ends");
    let text = String::from_utf8(output.stdout).expect("it prints UTF-8");
    (text, output.status.success())
}

/// A Python script of this package, with credentials that moto takes.
fn python(venv: &Path, script: &str) -> Command {
    let mut command = Command::new(venv.join("bin/python"));
    command.arg(package().join(script));
    credentials(&mut command);
    command
}

/// Sets credentials and a region that moto takes, and takes away whatever the person's own environment has.
pub(crate) fn credentials(command: &mut Command) {
    for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command
        .env("AWS_ACCESS_KEY_ID", "testing")
        .env("AWS_SECRET_ACCESS_KEY", "testing")
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
}

impl Drop for Moto {
    fn drop(&mut self) {
        // The child is ours and not yet waited for, so its id cannot have passed to another process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
