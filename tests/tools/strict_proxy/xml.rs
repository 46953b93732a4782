//! Cutting the lists of an answer into pages without touching a byte of the items.

use super::limits::Limit;

/// An answer that cannot be cut.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CutError {
    #[error("the answer is not XML: {0}")]
    NotXml(String),
    #[error("the root element has no closing tag")]
    EmptyRoot,
}

/// A list element of the answer: its tags as written, its items as written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    name: String,
    open: String,
    items: Vec<String>,
    close: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    List(List),
}

/// A whole answer: text and lists in turn, and the upstream's own token taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    pieces: Vec<Piece>,
    /// The closing tag of the root; a token of ours goes before it.
    end: String,
    /// Token of the upstream, where it has more.
    pub(crate) upstream_token: Option<String>,
}

impl Whole {
    /// Takes an answer apart at the lists named by `limit`. Lists that are not there are left out.
    pub(crate) fn parse(text: &str, limit: &Limit) -> Result<Self, CutError> {
        let document = roxmltree::Document::parse(text)
            .map_err(|error| CutError::NotXml(error.to_string()))?;
        let root = document.root_element();
        let root_range = root.range();
        let end = text[root_range.clone()]
            .rfind("</")
            .map(|at| root_range.start + at)
            .ok_or(CutError::EmptyRoot)?;
        let mut pieces = Vec::new();
        let mut upstream_token = None;
        let mut done = 0;
        for child in root.children().filter(roxmltree::Node::is_element) {
            let range = child.range();
            let name = child.tag_name().name();
            if name == "nextToken" {
                pieces.push(Piece::Text(text[done..range.start].to_owned()));
                done = range.end;
                upstream_token = child
                    .text()
                    .filter(|token| !token.is_empty())
                    .map(str::to_owned);
            } else if limit.lists.contains(&name) {
                pieces.push(Piece::Text(text[done..range.start].to_owned()));
                done = range.end;
                pieces.push(Piece::List(list(text, child)));
            }
        }
        pieces.push(Piece::Text(text[done..end].to_owned()));
        Ok(Self {
            pieces,
            end: text[end..].to_owned(),
            upstream_token,
        })
    }

    /// Appends the items of the upstream's following page.
    pub(crate) fn extend(&mut self, following: Self) {
        for mut more in following.into_lists() {
            if let Some(list) = self.lists_mut().find(|list| list.name == more.name) {
                list.items.append(&mut more.items);
            }
        }
    }

    /// Length of the longest list.
    pub(crate) fn len(&self) -> usize {
        self.lists().map(|list| list.items.len()).max().unwrap_or(0)
    }

    /// Items `from..to` of every list, and the token that leads to what follows.
    pub(crate) fn page(&self, from: usize, to: usize, token: Option<&str>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::List(list) => {
                    let to = to.min(list.items.len());
                    text.push_str(&list.open);
                    text.extend(list.items[from.min(to)..to].iter().map(String::as_str));
                    text.push_str(&list.close);
                }
            }
        }
        if let Some(token) = token {
            text.push_str("<nextToken>");
            text.push_str(&escape(token));
            text.push_str("</nextToken>");
        }
        text.push_str(&self.end);
        text
    }

    fn lists(&self) -> impl Iterator<Item = &List> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::List(list) => Some(list),
            Piece::Text(_) => None,
        })
    }

    fn lists_mut(&mut self) -> impl Iterator<Item = &mut List> {
        self.pieces.iter_mut().filter_map(|piece| match piece {
            Piece::List(list) => Some(list),
            Piece::Text(_) => None,
        })
    }

    fn into_lists(self) -> impl Iterator<Item = List> {
        self.pieces.into_iter().filter_map(|piece| match piece {
            Piece::List(list) => Some(list),
            Piece::Text(_) => None,
        })
    }
}

/// An item runs from its own start to the start of the next, so white space and comments between items are kept.
fn list(text: &str, node: roxmltree::Node<'_, '_>) -> List {
    let range = node.range();
    let name = node.tag_name().name().to_owned();
    let starts: Vec<usize> = node
        .children()
        .filter(roxmltree::Node::is_element)
        .map(|item| item.range().start)
        .collect();
    let written = &text[range.clone()];
    let Some(first) = starts.first() else {
        let open = written.strip_suffix("/>").map_or_else(
            || written[..written.rfind("</").unwrap_or(0)].to_owned(),
            |tag| format!("{}>", tag.trim_end()),
        );
        return List {
            close: format!("</{name}>"),
            name,
            open,
            items: Vec::new(),
        };
    };
    let close = range.start + written.rfind("</").unwrap_or(written.len());
    let ends = starts.iter().skip(1).copied().chain([close]);
    List {
        name,
        open: text[range.start..*first].to_owned(),
        items: starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| text[start..end].to_owned())
            .collect(),
        close: text[close..range.end].to_owned(),
    }
}

/// Text for an element's content.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::limits::limit;
    use super::*;

    const SUBNETS: &str = "<?xml version=\"1.0\"?>\n<DescribeSubnetsResponse xmlns=\"urn:x\"><subnetSet>\n  \
        <item><subnetId>a</subnetId><tagSet><item><key>k</key></item></tagSet></item>\n  <!-- two -->\
        <item><subnetId>b &amp; c</subnetId></item><item/></subnetSet><requestId>r</requestId></DescribeSubnetsResponse>\n";

    fn whole(text: &str) -> Whole {
        Whole::parse(text, limit("DescribeSubnets").unwrap()).unwrap()
    }

    #[test]
    fn the_page_of_everything_is_the_answer_byte_for_byte() {
        let answer = whole(SUBNETS);
        assert_eq!(answer.len(), 3);
        assert_eq!(answer.page(0, 3, None), SUBNETS);
    }

    #[test]
    fn pages_keep_order_and_nested_items() {
        let answer = whole(SUBNETS);
        let first = answer.page(0, 1, Some("t<1>"));
        assert!(first.contains("<subnetId>a</subnetId><tagSet><item><key>k</key></item></tagSet>"));
        assert!(!first.contains("b &amp; c"));
        assert!(first.contains("<nextToken>t&lt;1&gt;</nextToken></DescribeSubnetsResponse>"));
        let rest = answer.page(1, 3, None);
        assert!(!rest.contains("<subnetId>a<"));
        assert!(rest.contains("b &amp; c") && rest.contains("<item/>"));
        assert!(
            answer
                .page(7, 9, None)
                .contains("<subnetSet>\n  </subnetSet>")
        );
    }

    #[test]
    fn an_upstream_that_pages_is_put_together() {
        let page = |id: &str, token: &str| {
            format!(
                "<R><subnetSet><item>{id}</item></subnetSet>{token}<requestId>r</requestId></R>"
            )
        };
        let mut answer = whole(&page("a", "<nextToken>more</nextToken>"));
        assert_eq!(answer.upstream_token.as_deref(), Some("more"));
        answer.extend(whole(&page("b", "<nextToken/>")));
        assert_eq!(
            answer.page(0, 2, None),
            "<R><subnetSet><item>a</item><item>b</item></subnetSet><requestId>r</requestId></R>"
        );
    }

    #[test]
    fn empty_and_absent_lists_stay_so() {
        assert_eq!(
            whole("<R><subnetSet/></R>").page(0, 0, None),
            "<R><subnetSet></subnetSet></R>"
        );
        assert_eq!(whole("<R><other/></R>").page(0, 5, None), "<R><other/></R>");
    }

    #[test]
    fn what_is_not_an_answer_is_an_error() {
        let limit = limit("DescribeSubnets").unwrap();
        assert!(matches!(
            Whole::parse("<html><br></html>", limit),
            Err(CutError::NotXml(_))
        ));
        assert_eq!(Whole::parse("<R/>", limit), Err(CutError::EmptyRoot));
    }
}
