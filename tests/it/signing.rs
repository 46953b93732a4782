//! Signing in: codes of devices, roles in other accounts, proxies, certificates, and what the log of it says.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;
use vpc_atlas::aws::{
    self, CodeAnswer, CodeQuestion, Codes, ConnectError, Connection, Limits, Options,
    OrganizationError, Session, Target,
};
use vpc_atlas::source::calls::Call;

use crate::aws::limits;
use crate::support::stub_ec2::{ACCOUNT, Reply, StubEc2};

const SECRET: &str = "stub-secret-that-must-not-be-shown";

const PROFILES: &str = "
[profile keys]
aws_access_key_id = AKIDSTUB
aws_secret_access_key = stub-secret-that-must-not-be-shown
region = eu-west-1

[profile device]
role_arn = arn:aws:iam::444455556666:role/Auditor
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
external_id = from-outside
duration_seconds = 7200
region = eu-west-1

[profile behind]
role_arn = arn:aws:iam::777788889999:role/Reader
source_profile = device
region = eu-west-1

[profile alone]
role_arn = arn:aws:iam::444455556666:role/Auditor
source_profile = alone
aws_access_key_id = AKIDALONE
aws_secret_access_key = stub-secret-that-must-not-be-shown
mfa_serial = GAHT12345678
region = eu-west-1
";

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// Answers with these codes in turn, and remembers what was asked.
#[derive(Default)]
struct Person {
    codes: Mutex<VecDeque<Option<&'static str>>>,
    asked: Mutex<Vec<CodeQuestion>>,
}

impl Person {
    fn with(codes: impl IntoIterator<Item = Option<&'static str>>) -> Arc<Self> {
        Arc::new(Self {
            codes: Mutex::new(codes.into_iter().collect()),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<CodeQuestion> {
        self.asked.lock().unwrap().clone()
    }
}

impl Codes for Person {
    fn ask(&self, question: CodeQuestion) -> CodeAnswer {
        self.asked.lock().unwrap().push(question);
        let code = self.codes.lock().unwrap().pop_front().flatten();
        Box::pin(async move { code.map(str::to_owned) })
    }
}

pub(crate) fn role(key: &str, expires: &str) -> Reply {
    Reply::Body(
        200,
        format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
             <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey>\
             <SessionToken>{SECRET}-token</SessionToken><Expiration>{expires}</Expiration></Credentials>\
             </AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

pub(crate) const LATER: &str = "2999-01-01T00:00:00Z";

async fn connect(
    session: &Session,
    profile: &str,
    stub: &StubEc2,
) -> Result<Connection, ConnectError> {
    let file = file(PROFILES);
    let target = Target {
        profile: Some(profile.to_owned()),
        region: None,
    };
    let options = Options {
        endpoint: Some(stub.url()),
        config_file: Some(file.path().to_owned()),
        limits: limits(),
    };
    aws::connect_in(session, &target, &options).await
}

#[tokio::test]
async fn a_device_is_asked_for_once_and_a_wrong_code_again() {
    let stub = StubEc2::start().on(
        "AssumeRole",
        [
            Reply::sts_error(
                403,
                "AccessDenied",
                "MultiFactorAuthentication failed with invalid MFA one time pass code.",
            ),
            role("ASIAROLE", LATER),
        ],
    );
    let person = Person::with([Some("111111"), Some(" 222222 ")]);
    let session = Session::asking(Arc::clone(&person) as Arc<dyn Codes>);
    let connection = connect(&session, "device", &stub).await.unwrap();
    assert!(connection.expires().is_some());
    let wrong: Vec<bool> = person.asked().iter().map(|it| it.was_wrong).collect();
    assert_eq!(wrong, [false, true]);
    let first = &person.asked()[0];
    assert_eq!(first.profile, "device");
    assert_eq!(first.device, "arn:aws:iam::111122223333:mfa/me");

    let asked = stub.asked("AssumeRole");
    let of = |at: usize, name: &str| asked[at].parameters.get(name).cloned().unwrap_or_default();
    assert_eq!(of(1, "TokenCode"), "222222");
    assert_eq!(of(1, "SerialNumber"), "arn:aws:iam::111122223333:mfa/me");
    assert_eq!(of(1, "ExternalId"), "from-outside");
    assert_eq!(of(1, "DurationSeconds"), "7200");
    assert!(asked[1].authorization.contains("Credential=AKIDSTUB/"));
    let identity = stub.asked("GetCallerIdentity");
    assert!(identity[0].authorization.contains("Credential=ASIAROLE/"));

    // What was given once holds until it ends, for every connection of the session.
    connect(&session, "device", &stub).await.unwrap();
    assert_eq!(person.asked().len(), 2);
    assert_eq!(stub.asked("AssumeRole").len(), 2);
}

#[tokio::test]
async fn many_who_want_one_code_ask_for_it_once() {
    let stub = StubEc2::start().on("AssumeRole", [role("ASIAROLE", LATER)]);
    let person = Person::with([Some("111111")]);
    let session = Session::asking(Arc::clone(&person) as Arc<dyn Codes>);
    let (one, two) = tokio::join!(
        connect(&session, "device", &stub),
        connect(&session, "device", &stub)
    );
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(person.asked().len(), 1);
}

#[tokio::test]
async fn a_role_behind_a_role_with_a_device_is_taken_with_its_credentials() {
    let stub = StubEc2::start().on(
        "AssumeRole",
        [role("ASIAFIRST", LATER), role("ASIASECOND", LATER)],
    );
    let person = Person::with([Some("111111")]);
    let session = Session::asking(Arc::clone(&person) as Arc<dyn Codes>);
    connect(&session, "behind", &stub).await.unwrap();
    let asked = stub.asked("AssumeRole");
    assert_eq!(
        asked[1].parameters["RoleArn"],
        "arn:aws:iam::777788889999:role/Reader"
    );
    assert!(!asked[1].parameters.contains_key("TokenCode"));
    assert!(asked[1].authorization.contains("Credential=ASIAFIRST/"));
    let identity = stub.asked("GetCallerIdentity");
    assert!(identity[0].authorization.contains("Credential=ASIASECOND/"));
}

#[tokio::test]
async fn a_profile_may_take_its_role_with_its_own_keys() {
    let stub = StubEc2::start().on("AssumeRole", [role("ASIAROLE", LATER)]);
    let person = Person::with([Some("111111")]);
    let session = Session::asking(person as Arc<dyn Codes>);
    connect(&session, "alone", &stub).await.unwrap();
    let asked = stub.asked("AssumeRole");
    assert!(asked[0].authorization.contains("Credential=AKIDALONE/"));
    assert_eq!(asked[0].parameters["SerialNumber"], "GAHT12345678");
}

/// A person looks for the device first: for longer than a call may take, also where a role behind it is what is wanted.
#[tokio::test]
async fn a_person_may_take_longer_than_a_call() {
    struct Slow;
    impl Codes for Slow {
        fn ask(&self, _: CodeQuestion) -> CodeAnswer {
            Box::pin(async {
                tokio::time::sleep(limits().attempt * 3).await;
                Some("111111".to_owned())
            })
        }
    }
    let stub = StubEc2::start().on(
        "AssumeRole",
        [role("ASIAFIRST", LATER), role("ASIASECOND", LATER)],
    );
    let session = Session::asking(Arc::new(Slow));
    connect(&session, "behind", &stub).await.unwrap();
    assert_eq!(stub.asked("AssumeRole").len(), 2);
}

#[tokio::test]
async fn credentials_that_end_soon_are_asked_for_anew() {
    let stub = StubEc2::start().on("AssumeRole", [role("ASIAOLD", "2001-01-01T00:00:00Z")]);
    let person = Person::with([Some("111111"), Some("222222"), Some("333333")]);
    let session = Session::asking(Arc::clone(&person) as Arc<dyn Codes>);
    connect(&session, "device", &stub).await.unwrap();
    connect(&session, "device", &stub).await.unwrap();
    assert!(person.asked().len() >= 2);
}

#[tokio::test]
async fn without_a_code_it_is_said_why() {
    let denied = Reply::sts_error(403, "AccessDenied", "no");
    let stub = StubEc2::start().on("AssumeRole", [denied]);
    let words = |error: ConnectError| {
        let words = error.to_string();
        assert!(!words.contains(SECRET), "{words}");
        words
    };
    let nobody = connect(&Session::default(), "device", &stub).await;
    let said = words(nobody.unwrap_err());
    assert!(said.contains("nobody here to ask"), "{said}");

    let session = |codes| Session::asking(Person::with(codes) as Arc<dyn Codes>);
    let none = connect(&session(vec![None]), "device", &stub).await;
    let said = words(none.unwrap_err());
    assert!(said.contains("no code was given"), "{said}");

    let wrong = vec![Some("1"), Some("2"), Some("3"), Some("4")];
    let refused = connect(&session(wrong), "device", &stub).await;
    let said = words(refused.unwrap_err());
    assert!(said.contains("AWS refused the code"), "{said}");
    assert_eq!(stub.asked("AssumeRole").len(), 3);
}

// --- other accounts ---

fn identity(account: &str) -> Reply {
    Reply::Body(
        200,
        format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <GetCallerIdentityResult><Arn>arn:aws:sts::{account}:assumed-role/Audit/vpc-atlas</Arn>\
             <UserId>AROASTUB</UserId><Account>{account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        ),
    )
}

#[tokio::test]
async fn the_accounts_of_an_organization_are_read_through_a_role() {
    let page = |accounts: &str, next: &str| {
        Reply::Body(200, format!("{{\"Accounts\":[{accounts}]{next}}}"))
    };
    let account =
        |id: &str, state: &str| format!(r#"{{"Id":"{id}","Name":"of {id}","State":"{state}"}}"#);
    let stub = StubEc2::start()
        .on(
            "ListAccounts",
            [
                page(
                    &[
                        account("777788889999", "ACTIVE"),
                        account("222233334444", "SUSPENDED"),
                    ]
                    .join(","),
                    r#","NextToken":"more""#,
                ),
                page(&account(ACCOUNT, "ACTIVE"), ""),
            ],
        )
        .on("AssumeRole", [role("ASIAROLE", LATER)])
        .on(
            "GetCallerIdentity",
            [identity(ACCOUNT), identity("777788889999")],
        );
    let session = Session::default();
    let connection = connect(&session, "keys", &stub).await.unwrap();
    let members = connection.organization().await.unwrap();
    let accounts: Vec<&str> = members.iter().map(|it| it.account.as_str()).collect();
    assert_eq!(accounts, [ACCOUNT, "777788889999"]);
    assert_eq!(members[1].name.as_deref(), Some("of 777788889999"));

    let own = connection.in_account(ACCOUNT, "Audit").await.unwrap();
    assert_eq!(own.account(), Some(ACCOUNT));
    assert_eq!(stub.asked("AssumeRole").len(), 0);
    let other = connection
        .in_account("777788889999", "net/Audit")
        .await
        .unwrap();
    assert_eq!(other.account(), Some("777788889999"));
    assert_eq!(
        other.caller(),
        Some("arn:aws:sts::777788889999:assumed-role/Audit/vpc-atlas")
    );
    let asked = stub.asked("AssumeRole");
    assert_eq!(
        asked[0].parameters["RoleArn"],
        "arn:aws:iam::777788889999:role/net/Audit"
    );
}

#[tokio::test]
async fn what_an_organization_refuses_is_said_with_what_to_do() {
    let denied = r#"{"__type":"AccessDeniedException","Message":"not you"}"#;
    let stub = StubEc2::start()
        .on("ListAccounts", [Reply::Body(400, denied.to_owned())])
        .on(
            "AssumeRole",
            [Reply::sts_error(403, "AccessDenied", "not you either")],
        );
    let connection = connect(&Session::default(), "keys", &stub).await.unwrap();
    let error = connection.organization().await.unwrap_err();
    assert!(matches!(error, OrganizationError::Unlisted { .. }));
    let said = error.to_string();
    assert!(said.contains("organizations:ListAccounts"), "{said}");
    let error = connection.in_account("777788889999", "Audit").await;
    let said = error.unwrap_err().to_string();
    assert!(
        said.contains("role Audit of account 777788889999"),
        "{said}"
    );
    assert!(
        said.contains("not you either") && said.contains("sts:AssumeRole"),
        "{said}"
    );
}

// --- the way to AWS ---

/// A proxy that notes where it is to lead, and leads nowhere.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let wanted = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&wanted);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).ok();
            noted.lock().unwrap().push(line.trim().to_owned());
            let refusal =
                b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            (&stream).write_all(refusal).ok();
        }
    });
    (address, wanted)
}

/// The environment cannot be changed in a process with threads, so another run of this binary has it.
fn in_environment(test: &str, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        &format!("signing::{test}"),
        "--ignored",
        "--nocapture",
    ]);
    for (name, _) in std::env::vars_os() {
        let word = name.to_string_lossy().to_uppercase();
        if word.starts_with("AWS_") || word.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_ACCESS_KEY_ID", "AKIDENV")
        .env("AWS_SECRET_ACCESS_KEY", SECRET);
    command.envs(env.iter().copied()).output().unwrap()
}

#[tokio::test]
#[ignore = "run by the tests of the environment, in a process of its own"]
async fn asks_once_as_the_environment_says() {
    let options = Options {
        limits: Limits {
            attempts: 1,
            attempt: Duration::from_secs(5),
            operation: Duration::from_secs(10),
            ..limits()
        },
        ..Options::default()
    };
    match aws::connect_with(&Target::default(), &options).await {
        Ok(connection) => {
            let outcome = connection.run(Call::Vpcs, None, &mut |_, _| {}).await;
            println!("CONNECTED {:?} {outcome:?}", connection.account());
        }
        Err(error) => println!("FAILED {error}"),
    }
}

#[test]
fn proxies_partitions_fips_and_dual_stack_are_honoured() {
    for (region, extra, host) in [
        ("eu-west-1", None, "ec2.eu-west-1.amazonaws.com:443"),
        ("cn-north-1", None, "ec2.cn-north-1.amazonaws.com.cn:443"),
        ("us-gov-west-1", None, "ec2.us-gov-west-1.amazonaws.com:443"),
        (
            "us-east-1",
            Some(("AWS_USE_FIPS_ENDPOINT", "true")),
            "ec2-fips.us-east-1.amazonaws.com:443",
        ),
        (
            "us-east-1",
            Some(("AWS_USE_DUALSTACK_ENDPOINT", "true")),
            "ec2.us-east-1.api.aws:443",
        ),
    ] {
        let (address, wanted) = proxy();
        let mut env = vec![("AWS_REGION", region), ("HTTPS_PROXY", &address)];
        env.extend(extra);
        let output = in_environment("asks_once_as_the_environment_says", &env);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("CONNECTED None"), "{said}");
        let wanted = wanted.lock().unwrap().clone();
        let line = format!("CONNECT {host} HTTP/1.1");
        assert!(wanted.contains(&line), "{host}: {wanted:?}");
        assert!(
            wanted.iter().any(|line| line.contains("sts")),
            "{host}: {wanted:?}"
        );
        assert!(!said.contains(SECRET), "{said}");
    }
}

#[test]
fn a_bundle_that_cannot_be_used_is_said() {
    let empty = file("no certificate");
    let path = empty.path().to_str().unwrap();
    for (bundle, words) in [
        ("/nonexistent/bundle.pem", "/nonexistent/bundle.pem"),
        (path, "no certificate in PEM form"),
    ] {
        let env = [("AWS_REGION", "eu-west-1"), ("AWS_CA_BUNDLE", bundle)];
        let output = in_environment("asks_once_as_the_environment_says", &env);
        let said = String::from_utf8_lossy(&output.stdout);
        let line = said
            .lines()
            .find_map(|line| line.split_once("FAILED ").map(|(_, words)| words))
            .unwrap_or_default();
        assert!(line.contains(words), "{said}");
        assert!(line.contains("correct AWS_CA_BUNDLE"), "{said}");
    }
}
