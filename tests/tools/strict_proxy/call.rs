//! A request understood: which service, which action, which parameters.

use super::http::{Request, header};

/// The version parameter of every EC2 query; tells EC2 calls from others where no credential scope does.
const EC2_VERSION: &str = "2016-11-15";

/// One call on its way through the stages.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request: Request,
    /// Signing name of the service (`ec2`, `sts`), where the request says it.
    pub(crate) service: Option<String>,
    /// The region it is signed for, where the request says it.
    pub(crate) region: Option<String>,
    /// Whose key it is signed with: moto takes the account from it.
    pub(crate) key: Option<String>,
    /// `Action` of the query protocol, or the operation in `X-Amz-Target`.
    pub(crate) action: Option<String>,
    /// Form parameters in the order sent, decoded.
    pub(crate) parameters: Vec<(String, String)>,
    /// How many calls of this action came before this one, plus one.
    pub(crate) occurrence: u64,
    /// How many calls that change something came before this one, plus one; `None` where this one changes nothing.
    pub(crate) change: Option<u64>,
    /// A stage asks on its own account: nobody waits for such a call, and none counts.
    pub(crate) is_inquiry: bool,
    /// Ids that the client will not be told of, whatever the answer says.
    pub(crate) hidden: Vec<String>,
}

/// Starts of the names of actions that only look.
const LOOKING: [&str; 4] = ["Describe", "Get", "List", "Search"];

/// Services whose calls can change a network.
const CHANGEABLE: [&str; 2] = ["ec2", "route53resolver"];

impl Call {
    pub(crate) fn new(request: Request) -> Self {
        let is_form = request.method == "POST"
            && header(&request.headers, "content-type")
                .is_none_or(|kind| kind.to_ascii_lowercase().contains("x-www-form-urlencoded"));
        let parameters = match std::str::from_utf8(&request.body) {
            Ok(text) if is_form => decode_form(text),
            _ => Vec::new(),
        };
        let scope = scope(&request);
        let target = header(&request.headers, "x-amz-target")
            .and_then(|target| target.rsplit('.').next())
            .map(str::to_owned);
        let mut call = Self {
            service: scope.as_ref().map(|scope| scope.service.clone()),
            region: scope.as_ref().map(|scope| scope.region.clone()),
            key: scope.map(|scope| scope.key),
            request,
            action: None,
            parameters,
            occurrence: 1,
            change: None,
            is_inquiry: false,
            hidden: Vec::new(),
        };
        call.action = call.parameter("Action").map(str::to_owned).or(target);
        if call.service.is_none() && call.parameter("Version") == Some(EC2_VERSION) {
            call.service = Some("ec2".to_owned());
        }
        call
    }

    /// The action, where this is a call of the EC2 query protocol.
    pub(crate) fn ec2_action(&self) -> Option<&str> {
        (self.service.as_deref() == Some("ec2"))
            .then_some(self.action.as_deref())
            .flatten()
    }

    /// Whether the call asks for a change, and not only whether it would be allowed to.
    pub(crate) fn is_change(&self) -> bool {
        let is_of_ours = self
            .service
            .as_deref()
            .is_some_and(|service| CHANGEABLE.contains(&service));
        let changes = self
            .action
            .as_deref()
            .is_some_and(|action| !LOOKING.iter().any(|look| action.starts_with(look)));
        is_of_ours && changes && !self.is_dry_run()
    }

    pub(crate) fn is_dry_run(&self) -> bool {
        self.parameter("DryRun") == Some("true")
    }

    /// Account and region, as far as the request tells them.
    pub(crate) fn place(&self) -> (String, String) {
        (
            self.key.clone().unwrap_or_default(),
            self.region.clone().unwrap_or_default(),
        )
    }

    /// The values of a numbered parameter: `VpcId.1`, `VpcId.2`…
    pub(crate) fn numbered(&self, name: &str) -> Vec<&str> {
        self.parameters
            .iter()
            .filter(|(key, _)| is_numbered(key, name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The filters: names with the values that will do. `DescribeNatGateways` and others of its age say `Filter`, too.
    pub(crate) fn filters(&self) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(&str, String, Vec<String>)> = Vec::new();
        for (key, value) in &self.parameters {
            let mut parts = key.split('.');
            let (Some("Filter"), Some(number), Some(field)) =
                (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let at = found
                .iter()
                .position(|(held, ..)| *held == number)
                .unwrap_or_else(|| {
                    found.push((number, String::new(), Vec::new()));
                    found.len() - 1
                });
            match field {
                "Name" => found[at].1.clone_from(value),
                "Value" => found[at].2.push(value.clone()),
                _ => {}
            }
        }
        found
            .into_iter()
            .map(|(_, name, values)| (name, values))
            .collect()
    }

    /// The tags that a call puts on what it makes: keys with values.
    pub(crate) fn tags_at_create(&self) -> Vec<(String, String)> {
        // Calls about transit gateways spell it in the plural.
        let mut tags = self.tags("TagSpecification.1.Tag.");
        tags.extend(self.tags("TagSpecifications.1.Tag."));
        tags
    }

    /// The tags under a prefix such as `Tag.`; one without a value has an empty one.
    pub(crate) fn tags(&self, prefix: &str) -> Vec<(String, String)> {
        let mut tags = Vec::new();
        for (name, key) in &self.parameters {
            let Some(number) = name
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_suffix(".Key"))
            else {
                continue;
            };
            let value = self.parameter(&format!("{prefix}{number}.Value"));
            tags.push((key.clone(), value.unwrap_or_default().to_owned()));
        }
        tags
    }

    /// The same call without the filters that `is_wanted` does not want.
    pub(crate) fn with_filters(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let kept = self
            .filters()
            .into_iter()
            .filter(|(name, _)| is_wanted(name));
        let mut call = self.clone();
        call.parameters
            .retain(|(name, _)| !name.starts_with("Filter."));
        for (number, (name, values)) in (1..).zip(kept) {
            call.parameters
                .push((format!("Filter.{number}.Name"), name));
            for (at, value) in (1..).zip(values) {
                call.parameters
                    .push((format!("Filter.{number}.Value.{at}"), value));
            }
        }
        call.write()
    }

    /// The same call without those values of a numbered parameter; the others are numbered anew.
    pub(crate) fn without_numbered(&self, name: &str, gone: &[&str]) -> Self {
        let kept: Vec<String> = self
            .numbered(name)
            .into_iter()
            .filter(|value| !gone.contains(value))
            .map(str::to_owned)
            .collect();
        let mut call = self.clone();
        call.parameters.retain(|(key, _)| !is_numbered(key, name));
        for (number, value) in (1..).zip(kept) {
            call.parameters.push((format!("{name}.{number}"), value));
        }
        call.write()
    }

    /// Another call of EC2 by the same client, asked by a stage on its own account.
    pub(crate) fn inquiry(&self, action: &str, parameters: &[(&str, &str)]) -> Self {
        let mut call = self.clone();
        let fixed = [
            ("Action", action),
            ("Version", self.parameter("Version").unwrap_or(EC2_VERSION)),
        ];
        call.parameters = fixed
            .iter()
            .chain(parameters)
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        call.action = Some(action.to_owned());
        call.is_inquiry = true;
        call.change = None;
        call.write()
    }

    /// The first value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same call with some parameters taken out, and one perhaps put in. The signature over the body no longer
    /// holds then; moto does not look at it.
    pub(crate) fn rewritten(&self, without: &[&str], with: Option<(&str, &str)>) -> Self {
        let mut call = self.clone();
        call.parameters
            .retain(|(name, _)| !without.contains(&name.as_str()));
        if let Some((name, value)) = with {
            call.parameters.push((name.to_owned(), value.to_owned()));
        }
        call.write()
    }

    fn write(mut self) -> Self {
        self.request.body = encode_form(&self.parameters).into_bytes();
        self
    }
}

/// Whether the name is `NAME.1` or `NAME.27`.
fn is_numbered(key: &str, name: &str) -> bool {
    key.strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('.'))
        .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What is in `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
struct Credential {
    key: String,
    region: String,
    service: String,
}

fn scope(request: &Request) -> Option<Credential> {
    let authorization = header(&request.headers, "authorization")?;
    let (_, rest) = authorization.split_once("Credential=")?;
    let mut parts = rest.split([',', ' ']).next()?.split('/').map(str::to_owned);
    Some(Credential {
        key: parts.next()?,
        region: parts.nth(1)?,
        service: parts.next()?,
    })
}

fn decode_form(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = tail;
                }
                _ => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

fn encode_form(parameters: &[(String, String)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn post(body: &str, authorization: Option<&str>) -> Call {
        Call::new(Request {
            method: "POST".to_owned(),
            target: "/".to_owned(),
            headers: authorization
                .map(|text| ("authorization".to_owned(), text.to_owned()))
                .into_iter()
                .collect(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn the_service_comes_from_the_credential_scope_or_the_version() {
        let signed = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host";
        let sts = post("Action=GetCallerIdentity", Some(signed));
        assert_eq!(sts.service.as_deref(), Some("sts"));
        assert_eq!(sts.ec2_action(), None);
        let ec2 = post("Action=DescribeVpcs&Version=2016-11-15", None);
        assert_eq!(ec2.ec2_action(), Some("DescribeVpcs"));
    }

    #[test]
    fn a_call_that_changes_something_is_told_from_one_that_looks() {
        let is_change = |body: &str| post(&format!("{body}&Version=2016-11-15"), None).is_change();
        assert!(is_change("Action=CreateVpc") && is_change("Action=ModifyVpcAttribute"));
        assert!(!is_change("Action=DescribeVpcs") && !is_change("Action=SearchLocalGatewayRoutes"));
        assert!(!is_change("Action=CreateVpc&DryRun=true"));
        let signed = "AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host";
        let sts = post("Action=AssumeRole", Some(signed));
        assert!(!sts.is_change());
        assert_eq!(sts.place(), ("AK".to_owned(), "eu-west-1".to_owned()));
    }

    #[test]
    fn filters_and_numbered_parameters_are_taken_out_one_by_one() {
        let call = post(
            "Action=DescribeNatGateways&Version=2016-11-15&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1\
             &Filter.2.Name=tag:a&Filter.2.Value.1=x&Filter.2.Value.2=y&NatGatewayId.1=n1&NatGatewayId.2=n2",
            None,
        );
        let tags = ("tag:a".to_owned(), vec!["x".to_owned(), "y".to_owned()]);
        assert_eq!(call.filters()[1], tags);
        let only_tags = call.with_filters(|name| name.starts_with("tag:"));
        assert_eq!(Call::new(only_tags.request).filters(), [tags]);
        let one = call.without_numbered("NatGatewayId", &["n1"]);
        assert_eq!(Call::new(one.request).numbered("NatGatewayId"), ["n2"]);
    }

    #[test]
    fn forms_survive_decoding_and_rewriting() {
        let call = post(
            "Action=CreateTags&Version=2016-11-15&Tag.1.Value=a%26b+%C3%A9%zz&MaxResults=5",
            None,
        );
        assert_eq!(call.parameter("Tag.1.Value"), Some("a&b é%zz"));
        let other = call.rewritten(&["MaxResults"], Some(("NextToken", "x=y")));
        let again = Call::new(other.request.clone());
        assert_eq!(again.parameter("Tag.1.Value"), Some("a&b é%zz"));
        assert_eq!(again.parameter("MaxResults"), None);
        assert_eq!(again.parameter("NextToken"), Some("x=y"));
    }
}
