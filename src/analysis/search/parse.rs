//! Reading a query; every text is one.

use super::attributes::tokens;
use super::query::{CidrTest, Field, Query, TagTest, Term, Test, Value, Word, is_reserved};
use ipnet::IpNet;
use std::net::IpAddr;

/// How a letter was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// As it is; it may mean something.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a backslash.
    Escaped,
}

type Letter = (char, Mark);

/// A term as it stands in the text.
struct Written {
    letters: Vec<Letter>,
    /// Where it begins in the text, in bytes.
    start: usize,
}

impl Query {
    /// Read a query. What looks like a filter and is none is a word, so every text is a query.
    pub fn parse(text: &str) -> Self {
        Self {
            terms: split(text)
                .iter()
                .filter_map(|written| term(&written.letters))
                .collect(),
        }
    }

    /// As [`Query::parse`], of a text that is still being typed: the last word may go on.
    pub fn typing(text: &str) -> Self {
        let mut query = Self::parse(text);
        let goes_on = text
            .chars()
            .next_back()
            .is_some_and(|last| !last.is_whitespace() && last != '"');
        if goes_on
            && let Some(Term {
                negated: false,
                test: Test::Word(word),
            }) = query.terms.last_mut()
        {
            word.prefix = true;
        }
        query
    }
}

/// Where the last term of a text begins, in bytes; at its end where the text ends with a space.
pub(super) fn last_start(text: &str) -> usize {
    let ends = text.chars().next_back().is_none_or(char::is_whitespace);
    match split(text).last() {
        Some(last) if !ends => last.start,
        _ => text.len(),
    }
}

/// The terms of a text, which are parted by spaces. A quote that is not closed reaches to the end.
fn split(text: &str) -> Vec<Written> {
    let mut terms = Vec::new();
    let mut term: Option<Written> = None;
    let (mut inside, mut behind) = (false, false);
    for (start, letter) in text.char_indices() {
        if !inside && !behind && letter.is_whitespace() {
            terms.extend(term.take());
            continue;
        }
        let written = term.get_or_insert_with(|| Written {
            letters: Vec::new(),
            start,
        });
        if behind {
            written.letters.push((letter, Mark::Escaped));
            behind = false;
        } else {
            match letter {
                '\\' => behind = true,
                '"' => inside = !inside,
                _ if inside => written.letters.push((letter, Mark::Quoted)),
                _ => written.letters.push((letter, Mark::Plain)),
            }
        }
    }
    if behind && let Some(written) = &mut term {
        written.letters.push(('\\', Mark::Escaped));
    }
    terms.extend(term);
    terms
}

fn text(letters: &[Letter]) -> String {
    letters.iter().map(|(letter, _)| letter).collect()
}

fn term(letters: &[Letter]) -> Option<Term> {
    let (negated, letters) = match letters {
        [('-', Mark::Plain), rest @ ..] => (true, rest),
        all => (false, all),
    };
    Some(Term {
        negated,
        test: test(letters)?,
    })
}

fn test(letters: &[Letter]) -> Option<Test> {
    // An IPv6 address has colons too, so it is tried before the filters.
    let is_plain = letters.iter().all(|(_, mark)| *mark == Mark::Plain);
    if is_plain && let Some(block) = block(&text(letters)) {
        return Some(Test::Block(block));
    }
    if let Some(colon) = letters.iter().position(|it| *it == (':', Mark::Plain)) {
        let (name, value) = letters.split_at(colon);
        let is_name = name.iter().all(|(_, mark)| *mark == Mark::Plain);
        let name = text(name).to_lowercase();
        let filter = value.get(1..).and_then(|value| filter(&name, value));
        if is_name && filter.is_some() {
            return filter;
        }
    }
    word(letters).map(Test::Word)
}

fn word(letters: &[Letter]) -> Option<Word> {
    let (prefix, letters) = match letters {
        [rest @ .., ('*', Mark::Plain)] => (true, rest),
        all => (false, all),
    };
    let parts: Vec<String> = letters
        .split(|it| *it == ('-', Mark::Plain))
        .map(text)
        .filter(|part| !tokens(part).is_empty())
        .collect();
    let is_star = letters.is_empty() && prefix;
    (is_star || !parts.is_empty()).then_some(Word { parts, prefix })
}

/// A filter with this name and value, if there is one.
fn filter(name: &str, value: &[Letter]) -> Option<Test> {
    let values = value
        .split(|it| *it == (',', Mark::Plain))
        .filter(|value| !value.is_empty());
    match name {
        "tag" => {
            let mut tests = Vec::new();
            for value in values {
                tests.push(tag(value, tests.last())?);
            }
            (!tests.is_empty()).then_some(Test::Tags(tests))
        }
        "cidr" => {
            let tests: Vec<CidrTest> = values
                .map(|value| cidr(&text(value)))
                .collect::<Option<_>>()?;
            (!tests.is_empty()).then_some(Test::Cidr(tests))
        }
        "resourcetype.supports" => text(value)
            .eq_ignore_ascii_case("tags")
            .then_some(Test::SupportsTags),
        name => {
            let field = Field::named(name)?;
            let values: Vec<Value> = values.map(self::value).collect();
            (!values.is_empty()).then_some(Test::Field(field, values))
        }
    }
}

fn value(letters: &[Letter]) -> Value {
    match letters {
        [rest @ .., ('*', Mark::Plain)] => Value {
            text: text(rest),
            prefix: true,
        },
        all => Value {
            text: text(all),
            prefix: false,
        },
    }
}

/// `tag:env=dev,test` is one key with two values: a value without a key has the key before it.
fn tag(letters: &[Letter], before: Option<&TagTest>) -> Option<TagTest> {
    let equals = letters
        .iter()
        .position(|(letter, mark)| *letter == '=' && *mark != Mark::Escaped);
    if let Some(equals) = equals {
        let (key, rest) = letters.split_at(equals);
        let value = value(rest.get(1..).unwrap_or_default());
        return (!key.is_empty()).then(|| TagTest::Pair(text(key), value));
    }
    if let Some(TagTest::Pair(key, _)) = before {
        return Some(TagTest::Pair(key.clone(), value(letters)));
    }
    let is_plain = letters.iter().all(|(_, mark)| *mark == Mark::Plain);
    let key = value(letters);
    Some(match key {
        Value {
            text,
            prefix: false,
        } if is_plain && is_reserved(&text) => {
            if text.eq_ignore_ascii_case("all") {
                TagTest::All
            } else {
                TagTest::None
            }
        }
        key => TagTest::Key(key),
    })
}

fn cidr(text: &str) -> Option<CidrTest> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(CidrTest::Holds(address));
    }
    let block = text.parse::<IpNet>().ok()?;
    Some(CidrTest::Inside(block.trunc()))
}

/// An address or block that stands alone.
pub(super) fn block(text: &str) -> Option<IpNet> {
    let block = text.parse::<IpNet>().map(|block| block.trunc());
    block
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(text: &str) -> String {
        Query::parse(text).to_string()
    }

    #[test]
    fn words_part_at_spaces_and_hyphens_and_not_in_quotes() {
        let parts = |text: &str| match &Query::parse(text).terms[..] {
            [
                Term {
                    test: Test::Word(word),
                    ..
                },
            ] => word.parts.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(Query::parse("my app").terms.len(), 2);
        assert_eq!(parts("my-app"), ["my", "app"]);
        assert_eq!(parts("\"my-app x\""), ["my-app x"]);
        assert_eq!(parts("my\\-app"), ["my-app"]);
        assert_eq!(parts("t3.micro"), ["t3.micro"]);
    }

    #[test]
    fn what_is_no_filter_is_a_word() {
        for text in [
            "cat:blue",
            "cidr:here",
            "resourcetype.supports:me",
            "tag:",
            "tag:=x",
            "region:",
        ] {
            let query = Query::parse(text);
            assert!(matches!(query.terms[0].test, Test::Word(_)), "{text}");
        }
        assert_eq!(
            Query::parse("cidr:here").misread().next(),
            Some("cidr:here")
        );
        assert_eq!(Query::parse("cat:blue").misread().next(), None);
    }

    #[test]
    fn filters_take_lists_quotes_stars_and_escapes() {
        for text in [
            "region:eu-west-1,eu-west-2",
            "resourcetype:ec2:vpc",
            "tag:env=dev,env=test",
            "tag:Name=\"web shop\"",
            "tag:all",
            "tag:none",
            "tag:\"all\"",
            "-tag.key:Team*",
            "tag.value:a\\,b",
            "id:arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
            "cidr:10.0.0.0/8,10.1.2.3",
            "resourcetype.supports:tags",
            "10.0.0.1/32 -web \"a b\"*",
            "*",
        ] {
            let query = Query::parse(text);
            assert_eq!(Query::parse(&query.to_string()), query, "{text}");
            assert!(!query.is_empty());
        }
        assert_eq!(printed("tag:env=dev,test"), "tag:env=dev,env=test");
        assert_eq!(printed("tag:\"k=two words\""), "tag:k=\"two words\"");
        assert_eq!(printed("account:1 KIND:vpc"), "accountid:1 kind:vpc");
        assert_eq!(printed("tag:Na*=x"), "tag:Na\\*=x");
        assert_eq!(printed("- -- \"\" !"), "");
        assert_eq!(printed("cidr:10.1.2.3/8"), "cidr:10.0.0.0/8");
    }

    #[test]
    fn the_word_that_is_typed_may_go_on() {
        let typed = |text: &str| Query::typing(text).to_string();
        assert_eq!(typed("web sho"), "web sho*");
        assert_eq!(typed("web "), "web");
        assert_eq!(typed("\"web\""), "web");
        assert_eq!(typed("-web"), "-web");
        assert_eq!(typed("region:eu"), "region:eu");
        assert_eq!(last_start("web kind:su"), 4);
        assert_eq!(last_start("web "), 4);
    }

    /// Texts of the letters that mean something, with some that do not.
    fn texts() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "B",
            "é",
            "İ",
            "0",
            "10.0.0.0/8",
            "10.1.2.3",
            "::1",
            " ",
            " ",
            "-",
            "*",
            "\"",
            "\\",
            ":",
            "=",
            ",",
            ".",
            "/",
            "tag:",
            "tag.key:",
            "tag.value:",
            "region:",
            "kind:",
            "cidr:",
            "id:",
            "all",
            "none",
            "resourcetype.supports:tags",
            "vpc:",
            "application:",
        ]);
        prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_printed_query_is_the_same_query(text in prop_oneof![texts(), any::<String>()]) {
            let query = Query::parse(&text);
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), query, "{}", printed);
            let typed = Query::typing(&text);
            prop_assert_eq!(Query::parse(&typed.to_string()), typed);
            prop_assert!(text.is_char_boundary(last_start(&text)));
        }
    }
}
