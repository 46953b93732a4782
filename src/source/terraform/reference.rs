//! References as a plan's configuration lists them: `aws_vpc.main.id`, `module.net["a"].vpc_id`, `each.key`.

use crate::network::Text;
use compact_str::format_compact;

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// A resource or data source of the same module.
    Resource {
        /// `aws_vpc.main`, `data.aws_vpc.main`.
        base: Text,
        /// Its key, as it stands in an address (`[0]`, `["a"]`).
        index: Option<Text>,
        /// What of it; nothing where the key or the rest is put together when it runs.
        attribute: Option<Text>,
    },
    /// What a module gives.
    Output {
        module: Text,
        index: Option<Text>,
        name: Text,
    },
    /// What the module is given.
    Variable(Text),
    /// The key of the instance that refers.
    OwnKey,
    /// Something that the plan does not tell.
    Other(Text),
}

/// A part of a reference: a name, or a key in brackets.
fn parts(text: &str) -> Vec<Text> {
    let mut parts = Vec::new();
    let mut part = Text::default();
    let mut in_key = false;
    let mut in_quotes = false;
    let mut escaped = false;
    for letter in text.chars() {
        match letter {
            '"' if in_key && !escaped => {
                in_quotes = !in_quotes;
                part.push(letter);
            }
            '[' if !in_quotes => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
                in_key = true;
                part.push(letter);
            }
            ']' if in_key && !in_quotes => {
                part.push(letter);
                parts.push(std::mem::take(&mut part));
                in_key = false;
            }
            '.' if !in_key => {
                if !part.is_empty() {
                    parts.push(std::mem::take(&mut part));
                }
            }
            _ => part.push(letter),
        }
        escaped = letter == '\\' && !escaped;
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// The references of a list, without those that only begin another.
pub(super) fn references(texts: &[&str]) -> Vec<Reference> {
    let is_start = |text: &str| {
        texts.iter().any(|other| {
            other
                .strip_prefix(text)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        })
    };
    let mut found: Vec<Reference> = Vec::new();
    for text in texts.iter().filter(|text| !is_start(text)) {
        let reference = reference(text);
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
    found
}

fn reference(text: &str) -> Reference {
    let parts = parts(text);
    let mut rest = parts.iter().map(Text::as_str).peekable();
    let other = || Reference::Other(text.into());
    let Some(first) = rest.next() else {
        return other();
    };
    let key = |rest: &mut std::iter::Peekable<_>| {
        rest.next_if(|part: &&str| part.starts_with('['))
            .map(Text::from)
    };
    match first {
        "each" if rest.next() == Some("key") => Reference::OwnKey,
        "count" if rest.next() == Some("index") => Reference::OwnKey,
        "each" | "count" | "local" | "path" | "terraform" | "self" => other(),
        "var" => match (rest.next(), rest.next()) {
            (Some(name), None) => Reference::Variable(name.into()),
            _ => other(),
        },
        "module" => {
            let Some(module) = rest.next() else {
                return other();
            };
            let index = key(&mut rest);
            match (rest.next(), rest.next()) {
                (Some(name), None) => Reference::Output {
                    module: module.into(),
                    index,
                    name: name.into(),
                },
                _ => other(),
            }
        }
        _ => {
            let (data, kind) = match first {
                "data" => match rest.next() {
                    Some(kind) => ("data.", kind),
                    None => return other(),
                },
                kind => ("", kind),
            };
            let Some(name) = rest.next() else {
                return other();
            };
            let index = key(&mut rest);
            let attribute: Vec<&str> = rest.collect();
            Reference::Resource {
                base: format_compact!("{data}{kind}.{name}"),
                index,
                attribute: (!attribute.is_empty()).then(|| Text::from(attribute.join("."))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let resource =
            |base: &str, index: Option<&str>, attribute: Option<&str>| Reference::Resource {
                base: base.into(),
                index: index.map(Text::from),
                attribute: attribute.map(Text::from),
            };
        for (texts, wanted) in [
            (
                &["aws_vpc.main.id", "aws_vpc.main"][..],
                vec![resource("aws_vpc.main", None, Some("id"))],
            ),
            (
                &[
                    "aws_subnet.a[\"x.y]\"].id",
                    "aws_subnet.a[\"x.y]\"]",
                    "aws_subnet.a",
                ],
                vec![resource("aws_subnet.a", Some("[\"x.y]\"]"), Some("id"))],
            ),
            (
                &["aws_subnet.a", "each.key"],
                vec![resource("aws_subnet.a", None, None), Reference::OwnKey],
            ),
            (
                &["data.aws_vpc.v.id", "data.aws_vpc.v"],
                vec![resource("data.aws_vpc.v", None, Some("id"))],
            ),
            (
                &[
                    "module.net[0].vpc_id",
                    "module.net[0]",
                    "module.net",
                    "var.x",
                ],
                vec![
                    Reference::Output {
                        module: "net".into(),
                        index: Some("[0]".into()),
                        name: "vpc_id".into(),
                    },
                    Reference::Variable("x".into()),
                ],
            ),
            (
                &["local.vpc_id", "each.value"],
                vec![
                    Reference::Other("local.vpc_id".into()),
                    Reference::Other("each.value".into()),
                ],
            ),
            (
                &["aws_subnet.aa.id", "aws_subnet.a.id"],
                vec![
                    resource("aws_subnet.aa", None, Some("id")),
                    resource("aws_subnet.a", None, Some("id")),
                ],
            ),
            (
                &["[", "\"", "module", "data.x"],
                vec![
                    Reference::Other("[".into()),
                    Reference::Other("\"".into()),
                    Reference::Other("module".into()),
                    Reference::Other("data.x".into()),
                ],
            ),
        ] {
            assert_eq!(references(texts), wanted, "{texts:?}");
        }
    }
}
