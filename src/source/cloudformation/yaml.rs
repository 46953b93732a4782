//! Templates as YAML: one document, short tags as the long names of their functions, aliases unfolded.

use super::super::declared::{Members, Term};
use crate::network::Text;
use compact_str::format_compact;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Deeper than any template goes: functions in functions are ten levels at most.
const DEEPEST: usize = 96;
/// A template is one megabyte at most, which is fewer values than this; aliases could unfold to any number.
const MOST_VALUES: usize = 300_000;

/// Why a text is no template in YAML: a sentence without a full stop.
type Wrong = String;

/// The value of the first document.
pub(super) fn read(text: &str) -> Result<Term, Wrong> {
    let mut parser = Parser::new_from_str(text);
    let mut reader = Reader::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| not_yaml(&error))?;
        match event {
            Event::StreamEnd | Event::DocumentEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            event => reader.event(event, span.start)?,
        }
    }
    reader
        .root
        .ok_or_else(|| "the file is empty; save the template again".to_owned())
}

fn too_deep(mark: Marker) -> Wrong {
    format!("nested too deeply at {}; no template is", at(mark))
}

fn at(mark: Marker) -> String {
    format!(
        "line {}, column {}",
        mark.line(),
        mark.col().saturating_add(1)
    )
}

fn not_yaml(error: &ScanError) -> Wrong {
    // The parser looks ahead, and has a limit of its own.
    if error.info() == "recursion limit exceeded" {
        return too_deep(*error.marker());
    }
    format!("not YAML at {} ({})", at(*error.marker()), error.info())
}

/// A list or map that is not at its end.
struct Open {
    held: Held,
    function: Option<Text>,
    anchor: usize,
}

enum Held {
    List(Vec<Term>),
    Map(Members, Option<Text>),
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Term, usize)>,
    values: usize,
    root: Option<Term>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, mark: Marker) -> Result<(), Wrong> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let term = scalar(&text, style, tag.as_deref());
                let is_key = matches!(
                    self.open.last(),
                    Some(Open {
                        held: Held::Map(_, None),
                        ..
                    })
                );
                if is_key {
                    self.key(text.as_ref().into());
                    return Ok(());
                }
                self.count(1, mark)?;
                self.end(term, function(tag.as_deref()), anchor, mark)
            }
            Event::Alias(anchor) => {
                let (term, size) =
                    self.anchors.get(&anchor).cloned().ok_or_else(|| {
                        format!("an alias to what is not complete at {}", at(mark))
                    })?;
                self.count(size, mark)?;
                self.end(term, None, 0, mark)
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Held::List(Vec::new()), tag.as_ref(), anchor, mark)
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(Held::Map(Members::new(), None), tag.as_ref(), anchor, mark)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Ok(());
                };
                let term = match open.held {
                    Held::List(items) => Term::List(items),
                    Held::Map(members, _) => Term::Map(members),
                };
                self.end(term, open.function, open.anchor, mark)
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, more: usize, mark: Marker) -> Result<(), Wrong> {
        self.values = self.values.saturating_add(more);
        if self.values > MOST_VALUES {
            return Err(format!(
                "it unfolds to more than {MOST_VALUES} values at {}; no template is as large",
                at(mark)
            ));
        }
        Ok(())
    }

    fn key(&mut self, name: Text) {
        if let Some(Open {
            held: Held::Map(_, key),
            ..
        }) = self.open.last_mut()
        {
            *key = Some(name);
        }
    }

    fn begin(
        &mut self,
        held: Held,
        tag: Option<&Cow<'_, Tag>>,
        anchor: usize,
        mark: Marker,
    ) -> Result<(), Wrong> {
        self.count(1, mark)?;
        if self.open.len() >= DEEPEST {
            return Err(too_deep(mark));
        }
        if matches!(
            self.open.last(),
            Some(Open {
                held: Held::Map(_, None),
                ..
            })
        ) {
            return Err(format!("a name that is not text at {}", at(mark)));
        }
        self.open.push(Open {
            held,
            function: function(tag.map(|tag| &**tag)),
            anchor,
        });
        Ok(())
    }

    /// A value is complete: it goes where it stands.
    fn end(
        &mut self,
        term: Term,
        function: Option<Text>,
        anchor: usize,
        mark: Marker,
    ) -> Result<(), Wrong> {
        let term = match function {
            Some(name) => Term::Map(vec![(name, term)]),
            None => term,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, (term.clone(), size(&term)));
        }
        match self.open.last_mut().map(|open| &mut open.held) {
            None => {
                self.root.get_or_insert(term);
            }
            Some(Held::List(items)) => items.push(term),
            Some(Held::Map(members, key)) => match key.take() {
                Some(name) => members.push((name, term)),
                None => return Err(format!("a name that is not text at {}", at(mark))),
            },
        }
        Ok(())
    }
}

fn size(term: &Term) -> usize {
    match term {
        Term::List(items) => items.iter().map(size).fold(1, usize::saturating_add),
        Term::Map(members) => members
            .iter()
            .map(|(_, term)| size(term))
            .fold(1, usize::saturating_add),
        _ => 1,
    }
}

/// The long name of the function that a short tag stands for.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
fn function(tag: Option<&Tag>) -> Option<Text> {
    let tag = tag.filter(|tag| tag.handle == "!")?;
    Some(match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => name.into(),
        name => format_compact!("Fn::{name}"),
    })
}

/// A bare word may be a number or a flag; in quotes it is text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Term {
    if style != ScalarStyle::Plain || tag.is_some() {
        return Term::text(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Term::Null,
        "true" | "True" | "TRUE" => return Term::Bool(true),
        "false" | "False" | "FALSE" => return Term::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    // An account's id may begin with a zero, and keeps it.
    let is_number =
        digits.bytes().all(|it| it.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    match text.parse() {
        Ok(number) if is_number => Term::Number(number),
        _ => Term::text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        fn put(term: &Term) -> String {
            match term {
                Term::List(items) => {
                    format!("[{}]", items.iter().map(put).collect::<Vec<_>>().join(" "))
                }
                Term::Map(members) => {
                    let members = members
                        .iter()
                        .map(|(name, it)| format!("{name}:{}", put(it)));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(" "))
                }
                Term::Text(text) => format!("{text:?}"),
                Term::Number(number) => number.to_string(),
                Term::Bool(flag) => flag.to_string(),
                Term::Null => "null".to_owned(),
                other => format!("{other:?}"),
            }
        }
        read(text).map_or_else(|why| why, |term| put(&term))
    }

    #[test]
    fn short_tags_are_functions() {
        for (text, wanted) in [
            ("a: !Ref B", r#"{a:{Ref:"B"}}"#),
            ("a: !GetAtt B.C", r#"{a:{Fn::GetAtt:"B.C"}}"#),
            (
                "a: !Select [0, !GetAZs '']",
                r#"{a:{Fn::Select:[0 {Fn::GetAZs:""}]}}"#,
            ),
            (
                "a: !If\n  - x\n  - !Sub '${B}'\n  - k: 1\n",
                r#"{a:{Fn::If:["x" {Fn::Sub:"${B}"} {k:1}]}}"#,
            ),
            ("a: !Condition x", r#"{a:{Condition:"x"}}"#),
            ("a: &x [1]\nb: *x\n", "{a:[1] b:[1]}"),
            (
                "a: '1'\nb: 012345678901\nc: yes\nd: true\ne:\n",
                r#"{a:"1" b:"012345678901" c:"yes" d:true e:null}"#,
            ),
            ("--- \na: 1\n---\nb: 2\n", "{a:1}"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_would_hang_or_overflow_is_a_sentence() {
        let mut lines = String::new();
        for n in 0..2000 {
            lines.push_str(&" ".repeat(n));
            lines.push_str("a:\n");
        }
        for deep in [
            "[".repeat(300_000),
            "{a: ".repeat(100_000),
            "- ".repeat(100_000),
            "[a, ".repeat(100_000),
            lines,
        ] {
            let found = shown(&deep);
            assert!(found.starts_with("nested too deeply at line"), "{found}");
        }
        // As long as these are, they take no time worth speaking of.
        for long in [
            "'".repeat(300_000),
            "? ".repeat(100_000),
            "a: ".repeat(100_000),
            "!".repeat(300_000),
            "&a ".repeat(100_000),
        ] {
            shown(&long);
        }
        let level = |n: usize| {
            let inner = vec![format!("*a{}", n.saturating_sub(1)); 10].join(", ");
            format!("a{n}: &a{n} [{inner}]")
        };
        let first = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]".to_owned();
        let levels: Vec<String> = std::iter::once(first).chain((1..12).map(level)).collect();
        let bomb = levels.join("\n");
        assert!(shown(&bomb).starts_with("it unfolds to more than 300000 values at line"));
        assert!(shown("a: &a [*a]").starts_with("an alias to what is not complete"));
        assert!(shown("{[1]: 2}").starts_with("a name that is not text"));
        assert!(shown("a: 'x").starts_with("not YAML at line"));
        assert_eq!(shown(""), "the file is empty; save the template again");
    }
}
