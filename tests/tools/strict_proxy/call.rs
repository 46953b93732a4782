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
    /// `Action` of the query protocol.
    pub(crate) action: Option<String>,
    /// Form parameters in the order sent, decoded.
    pub(crate) parameters: Vec<(String, String)>,
    /// How many calls of this action came before this one, plus one.
    pub(crate) occurrence: u64,
}

impl Call {
    pub(crate) fn new(request: Request) -> Self {
        let is_form = request.method == "POST"
            && header(&request.headers, "content-type")
                .is_none_or(|kind| kind.to_ascii_lowercase().contains("x-www-form-urlencoded"));
        let parameters = match std::str::from_utf8(&request.body) {
            Ok(text) if is_form => decode_form(text),
            _ => Vec::new(),
        };
        let mut call = Self {
            service: scope(&request),
            request,
            action: None,
            parameters,
            occurrence: 1,
        };
        call.action = call.parameter("Action").map(str::to_owned);
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
        call.request.body = encode_form(&call.parameters).into_bytes();
        call
    }
}

/// The service in `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope(request: &Request) -> Option<String> {
    let authorization = header(&request.headers, "authorization")?;
    let (_, rest) = authorization.split_once("Credential=")?;
    rest.split([',', ' '])
        .next()?
        .split('/')
        .nth(3)
        .map(str::to_owned)
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
