//! Answers taken apart and mended: elements that know where they stand in the text, so that all else stays as it was.

use std::ops::Range;

use super::http::Response;
use super::stage::Outcome;

/// An element of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Its text, where it has any before its first child.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
    /// Where it stands, tags included.
    pub(crate) range: Range<usize>,
}

impl Element {
    /// The root of an answer; `None` where it is not XML.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let document = roxmltree::Document::parse(text).ok()?;
        Some(Self::of(document.root_element()))
    }

    fn of(node: roxmltree::Node<'_, '_>) -> Self {
        Self {
            name: node.tag_name().name().to_owned(),
            text: node.text().unwrap_or_default().to_owned(),
            children: node
                .children()
                .filter(roxmltree::Node::is_element)
                .map(Self::of)
                .collect(),
            range: node.range(),
        }
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child; `None` where there is none or it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.as_str())
            .filter(|text| !text.is_empty())
    }

    /// Whether a child has this text.
    pub(crate) fn is(&self, name: &str, text: &str) -> bool {
        self.get(name) == Some(text)
    }

    /// The items of a child that is a list.
    pub(crate) fn items(&self, list: &str) -> &[Self] {
        self.child(list).map_or(&[], |list| &list.children)
    }

    /// The texts of the items of a list of texts.
    pub(crate) fn texts(&self, list: &str) -> Vec<&str> {
        let items = self.items(list).iter();
        items.map(|item| item.text.as_str()).collect()
    }

    /// The first element of this name, this one or one within.
    pub(crate) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(name))
    }

    /// The tags, where it has any: keys with values.
    pub(crate) fn tags(&self) -> Vec<(&str, &str)> {
        let items = self.items("tagSet").iter();
        items
            .filter_map(|tag| Some((tag.get("key")?, tag.get("value").unwrap_or_default())))
            .collect()
    }
}

/// Changes to a text, made all at once.
pub(crate) struct Editing<'a> {
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Editing<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            edits: Vec::new(),
        }
    }

    /// An element as it is written.
    pub(crate) fn written(&self, element: &Element) -> &'a str {
        &self.text[element.range.clone()]
    }

    /// The element, with this within.
    pub(crate) fn set(&mut self, element: &Element, within: &str) {
        let name = &element.name;
        let written = format!("<{name}>{within}</{name}>");
        self.edits.push((element.range.clone(), written));
    }

    pub(crate) fn remove(&mut self, element: &Element) {
        self.edits.push((element.range.clone(), String::new()));
    }

    /// Puts more behind what is within the element.
    pub(crate) fn append(&mut self, element: &Element, more: &str) {
        let written = self.written(element);
        match written.rfind("</") {
            Some(at) if !written.ends_with("/>") => {
                let at = element.range.start + at;
                self.edits.push((at..at, more.to_owned()));
            }
            _ => {
                let open = written.trim_end_matches("/>").trim_end();
                let written = format!("{open}>{more}</{}>", element.name);
                self.edits.push((element.range.clone(), written));
            }
        }
    }

    fn finish(mut self) -> String {
        self.edits
            .sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        for (range, more) in self.edits {
            // Within what is gone already.
            if range.start < done {
                continue;
            }
            text.push_str(&self.text[done..range.start]);
            text.push_str(&more);
            done = range.end;
        }
        text.push_str(&self.text[done..]);
        text
    }
}

/// A good answer's root; `None` for every other outcome.
pub(crate) fn good(outcome: &Outcome) -> Option<Element> {
    match outcome {
        Outcome::Answer(response) if response.status < 300 => Element::parse(response.text()?),
        _ => None,
    }
}

/// The error code of an answer that is a refusal.
pub(crate) fn refusal(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Answer(response) if response.status >= 300 => {
            let root = Element::parse(response.text()?)?;
            root.find("Code").map(|code| code.text.clone())
        }
        _ => None,
    }
}

/// Mends a good answer; every other outcome stays as it is.
pub(crate) fn mend(outcome: Outcome, edit: impl FnOnce(&Element, &mut Editing<'_>)) -> Outcome {
    let Some(root) = good(&outcome) else {
        return outcome;
    };
    let Outcome::Answer(response) = outcome else {
        return outcome;
    };
    let Some(text) = response.text() else {
        return Outcome::Answer(response);
    };
    let mut editing = Editing::new(text);
    edit(&root, &mut editing);
    if editing.edits.is_empty() {
        return Outcome::Answer(response);
    }
    let body = editing.finish().into_bytes();
    Outcome::Answer(Response { body, ..response })
}

/// A good answer of EC2 to an action, with this within.
pub(crate) fn answer(action: &str, within: &str) -> Outcome {
    Outcome::Answer(Response::xml(
        200,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response \
             xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>strict-proxy</requestId>{within}\
             </{action}Response>"
        ),
    ))
}

/// A refusal of EC2's, final for the call as it was made.
pub(crate) fn refuse(code: &str, message: &str) -> Outcome {
    Outcome::Answer(Response::ec2_error(400, code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str, edit: impl FnOnce(&Element, &mut Editing<'_>)) -> String {
        let outcome = Outcome::Answer(Response::xml(200, text.to_owned()));
        match mend(outcome, edit) {
            Outcome::Answer(response) => response.text().unwrap().to_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn edits_leave_all_else_as_it_was() {
        let text = "<R xmlns=\"x\"> <s><item><id>a</id><state>up</state></item><item><id>b</id></item></s><e /></R>";
        let out = mended(text, |root, editing| {
            let items = root.items("s");
            editing.set(items[0].child("state").unwrap(), "down");
            editing.remove(&items[1]);
            editing.append(root.child("e").unwrap(), "<x/>");
        });
        let expected =
            "<R xmlns=\"x\"> <s><item><id>a</id><state>down</state></item></s><e><x/></e></R>";
        assert_eq!(out, expected);
    }

    #[test]
    fn what_is_removed_takes_the_edits_within_with_it() {
        let out = mended("<R><s><item><id>a</id></item></s></R>", |root, editing| {
            let item = &root.items("s")[0];
            editing.set(item.child("id").unwrap(), "b");
            editing.remove(item);
            editing.append(root.child("s").unwrap(), "<item/>");
        });
        assert_eq!(out, "<R><s><item/></s></R>");
    }

    #[test]
    fn a_refusal_is_not_mended() {
        let refused = refuse("InvalidVpcID.NotFound", "no");
        assert_eq!(refusal(&refused).as_deref(), Some("InvalidVpcID.NotFound"));
        let same = mend(refused.clone(), |_, _| panic!("not asked"));
        assert_eq!(same, refused);
    }
}
