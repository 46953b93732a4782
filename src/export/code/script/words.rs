//! Words of the shell, and parameters of a call as options of the AWS CLI.
//!
//! Whatever people wrote is one word of the shell and stands for itself: it is quoted, and where the AWS CLI would read
//! more into it (`file://…` names a file to it, `--x` an option), it is given as JSON.
//!
//! <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters.html>

use crate::export::code::hcl::is_unseen;
use crate::steps::{Parameters, Value};
use std::fmt::Write as _;

/// Signs that mean nothing to the shell.
fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || "_./:=@%+,-".contains(it)
}

/// Signs that mean nothing to the shell, to JSON, to `JMESPath`, to filters and to the AWS CLI's shorthand.
fn is_safe(it: char) -> bool {
    it.is_ascii_alphanumeric() || "_./:+@-".contains(it)
}

/// A text as one word of the shell.
pub(super) fn quoted(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text within a comment or a message: one line, and nothing that steers a terminal.
pub(super) fn line(text: &str) -> String {
    let seen = text.chars().map(|it| if is_unseen(it) { ' ' } else { it });
    seen.collect()
}

/// A text as JSON, with everything that cannot be seen escaped.
pub(super) fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        let _ = match it {
            '"' | '\\' => write!(out, "\\{it}"),
            it if is_unseen(it) => write!(out, "\\u{:04x}", u32::from(it)),
            it => write!(out, "{it}"),
        };
    }
    out.push('"');
    out
}

/// A word of safe signs for a name: the name itself wherever it is made of such.
pub(super) fn safe(name: &str) -> String {
    if !name.is_empty() && name.chars().all(is_safe) {
        return name.to_owned();
    }
    let kept = name.chars().map(|it| if is_safe(it) { it } else { '-' });
    let kept: String = kept.collect();
    format!("{kept}-{}", hash(name))
}

/// A short number made of a text, always the same for the same text (FNV-1a).
pub(super) fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{:08x}", hash >> 32)
}

/// A name as the AWS CLI writes it: `Ipv6CidrBlock` is `ipv6-cidr-block`.
pub(super) fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, it) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let after = chars.get(at.saturating_add(1));
        let begins = it.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('-');
        }
        out.push(it.to_ascii_lowercase());
    }
    out
}

/// Whether the AWS CLI takes a text for itself, written as one word.
fn is_literal(text: &str) -> bool {
    // Version 1 fetches what stands at an address.
    let reads = ["file://", "fileb://", "http://", "https://", "-"];
    !reads.iter().any(|start| text.starts_with(start)) && !text.chars().any(is_unseen)
}

/// Parameters as options, in their order; `word` gives the word of the shell for what stands for something else.
pub(super) fn options(
    parameters: &Parameters,
    without: &[&str],
    word: &mut dyn FnMut(&Value) -> String,
) -> Vec<String> {
    let mut options = Vec::new();
    // Texts that cannot be options.
    let mut whole: Vec<String> = Vec::new();
    for (name, value) in parameters
        .iter()
        .filter(|(name, _)| !without.contains(name))
    {
        let option = format!("--{}", kebab(name));
        match value {
            Value::Text(text) if is_literal(text) => {
                options.push(format!("{option} {}", quoted(text)));
            }
            Value::Text(text) => whole.push(format!("{}:{}", json(name), json(text))),
            Value::Number(number) => options.push(format!("{option} {number}")),
            // The AWS CLI has another word for the other direction of a network ACL's entry.
            Value::Bool(false) if name == "Egress" => options.push("--ingress".to_owned()),
            Value::Bool(false) => options.push(option.replacen("--", "--no-", 1)),
            Value::Bool(true) => options.push(option),
            // An option without a value is refused.
            Value::List(items) if items.is_empty() => {}
            Value::List(items) => {
                let words: Option<Vec<String>> =
                    items.iter().map(|item| short(item, word)).collect();
                let words = words.map(|words| words.join(" "));
                let words = words.unwrap_or_else(|| structure(value, word));
                options.push(format!("{option} {words}"));
            }
            Value::Map(_) => {
                let words = short(value, word).unwrap_or_else(|| structure(value, word));
                options.push(format!("{option} {words}"));
            }
            other => options.push(format!("{option} {}", word(other))),
        }
    }
    if !whole.is_empty() {
        let text = format!("{{{}}}", whole.join(","));
        options.push(format!("--cli-input-json {}", quoted(&text)));
    }
    options
}

/// An item as the AWS CLI's shorthand, where it is simple enough for that: `SubnetId="$subnet",Ip=10.0.0.4`.
fn short(value: &Value, word: &mut dyn FnMut(&Value) -> String) -> Option<String> {
    let mut simple = |value: &Value| match value {
        Value::Text(text) if !text.is_empty() && text.chars().all(is_safe) && is_literal(text) => {
            Some(text.to_string())
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        other => Some(word(other)),
    };
    let Value::Map(fields) = value else {
        return simple(value);
    };
    let is_simple = |value: &Value| !matches!(value, Value::List(_) | Value::Map(_));
    if !fields.values().all(is_simple) {
        return None;
    }
    let fields = fields.iter();
    let fields: Option<Vec<String>> = fields
        .map(|(name, value)| Some(format!("{name}={}", simple(value)?)))
        .collect();
    fields.map(|fields| fields.join(","))
}

/// A value as JSON in one word of the shell.
pub(super) fn structure(value: &Value, word: &mut dyn FnMut(&Value) -> String) -> String {
    let mut parts = Vec::new();
    parts_of(value, word, &mut parts);
    let mut out = String::new();
    let mut literal = String::new();
    let close = |literal: &mut String, out: &mut String| {
        if !literal.is_empty() {
            let _ = write!(out, "'{}'", literal.replace('\'', r"'\''"));
            literal.clear();
        }
    };
    for part in parts {
        match part {
            Part::Literal(text) => literal.push_str(&text),
            Part::Word(word) => {
                close(&mut literal, &mut out);
                out.push_str(&word);
            }
        }
    }
    close(&mut literal, &mut out);
    out
}

enum Part {
    Literal(String),
    Word(String),
}

fn parts_of(value: &Value, word: &mut dyn FnMut(&Value) -> String, parts: &mut Vec<Part>) {
    let mut literal = |text: &str| parts.push(Part::Literal(text.to_owned()));
    match value {
        Value::Text(text) => literal(&json(text)),
        Value::Number(number) => literal(&number.to_string()),
        Value::Bool(value) => literal(&value.to_string()),
        Value::List(items) => {
            literal("[");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    parts.push(Part::Literal(",".to_owned()));
                }
                parts_of(item, word, parts);
            }
            parts.push(Part::Literal("]".to_owned()));
        }
        Value::Map(fields) => {
            literal("{");
            for (at, (name, value)) in fields.iter().enumerate() {
                let comma = if at > 0 { "," } else { "" };
                parts.push(Part::Literal(format!("{comma}{}:", json(name))));
                parts_of(value, word, parts);
            }
            parts.push(Part::Literal("}".to_owned()));
        }
        other => {
            literal("\"");
            parts.push(Part::Word(word(other)));
            parts.push(Part::Literal("\"".to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Id, Key, Kind};

    fn written(parameters: &Parameters) -> Vec<String> {
        options(parameters, &[], &mut |_| "\"$vpc\"".to_owned())
    }

    #[test]
    fn names_are_those_of_the_aws_cli() {
        for (name, written) in [
            ("Ipv6CidrBlock", "ipv6-cidr-block"),
            (
                "AmazonProvidedIpv6CidrBlock",
                "amazon-provided-ipv6-cidr-block",
            ),
            ("ApiGatewayV2Exclusion", "api-gateway-v2-exclusion"),
            ("CreateVpc", "create-vpc"),
            ("PeerVpcId", "peer-vpc-id"),
        ] {
            assert_eq!(kebab(name), written);
        }
    }

    #[test]
    fn texts_are_one_word_and_stand_for_themselves() {
        for (text, word) in [
            ("10.0.0.0/16", "10.0.0.0/16"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$(rm -rf /) `x` \"y\" \\", "'$(rm -rf /) `x` \"y\" \\'"),
            ("~", "'~'"),
        ] {
            assert_eq!(quoted(text), word);
        }
        let text = |text: &str| written(&Parameters::new().with("Description", text));
        assert_eq!(text("a b"), ["--description 'a b'"]);
        for (hostile, within) in [
            ("file:///etc/passwd", "file:///etc/passwd"),
            ("https://example.org", "https://example.org"),
            ("--endpoint-url=http://x", "--endpoint-url=http://x"),
            ("a\nb'\u{202e}", r"a\u000ab'\''\u202e"),
        ] {
            let expected = format!("--cli-input-json '{{\"Description\":\"{within}\"}}'");
            assert_eq!(text(hostile), [expected]);
        }
    }

    #[test]
    fn structures_are_short_where_they_can_be() {
        let made = Value::Made(Key::new(Kind::Vpc, Id::Planned("main".into())));
        let map =
            |value: Value| Value::Map(Parameters::new().with("Id", made.clone()).with("X", value));
        let parameters = |value: Value| Parameters::new().with("Items", vec![map(value)]);
        assert_eq!(
            written(&parameters("10.0.0.4".into())),
            ["--items Id=\"$vpc\",X=10.0.0.4"]
        );
        assert_eq!(
            written(&parameters("a,'b".into())),
            [r#"--items '[{"Id":"'"$vpc"'","X":"a,'\''b"}]'"#]
        );
        let others = Parameters::new()
            .with("Egress", false)
            .with("PrivateDnsEnabled", false)
            .with("AmazonProvidedIpv6CidrBlock", true)
            .with("Nothing", Vec::<Value>::new())
            .with("VpcId", made.clone())
            .with("RuleNumber", Value::Number(7));
        assert_eq!(
            written(&others),
            [
                "--ingress",
                "--no-private-dns-enabled",
                "--amazon-provided-ipv6-cidr-block",
                "--vpc-id \"$vpc\"",
                "--rule-number 7",
            ]
        );
    }

    #[test]
    fn names_become_safe_words_that_differ() {
        assert_eq!(
            safe("main/private/eu-west-1a/1"),
            "main/private/eu-west-1a/1"
        );
        let (one, other) = (safe("a b"), safe("a'b"));
        assert!(one.starts_with("a-b-") && other.starts_with("a-b-"));
        assert_ne!(one, other);
        assert!(safe("\"*?\\`,").chars().all(is_safe));
    }
}
