//! The file of a design: TOML that people read and write, whose comments and order survive a load and a save.

use super::model::Design;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// The version of the format this program reads and writes.
const VERSION: u32 = 1;

/// Arrays that are written as tables of their own (`[[vpc]]`), with the key that tells their items apart.
const TABLES: &[(&str, &str)] = &[
    ("vpc", "id"),
    ("tier", "name"),
    ("endpoint", "service"),
    ("peering", "with"),
];
/// Tables that have a heading of their own (`[tags]`); others stand on one line.
const HEADED: &[&str] = &[
    "tags",
    "prices",
    "names",
    "resolver",
    "transit_gateway",
    "vpn_gateway",
    "flow_log",
];
/// Keys that tell the items of an array apart that stand on a line each.
const LINES: &[(&str, &str)] = &[
    ("subnets", "number"),
    ("reserved", "cidr"),
    ("held", "cidr"),
];

/// The version a design's file says it has. There is one version, so the value holds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormatVersion;

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(VERSION)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = i64::deserialize(deserializer)?;
        if found == i64::from(VERSION) {
            return Ok(Self);
        }
        Err(serde::de::Error::custom(format_args!(
            "this is a design of version {found}, and this program reads version {VERSION}; use a newer program"
        )))
    }
}

/// Why a text is not a design: what, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FileError {
    /// The line, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What is wrong there, as a sentence without a full stop.
    pub message: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
        } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

impl FileError {
    fn at(text: &str, offset: usize, message: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let in_line = before.get(line_start..).unwrap_or_default();
        // The parser says some things over several lines; one sentence is what people read.
        let words: Vec<&str> = message.split_whitespace().collect();
        Self {
            line: before.matches('\n').count() + 1,
            column: in_line.chars().count() + 1,
            message: words.join(" "),
        }
    }
}

/// Read a design.
///
/// # Errors
/// The text is not TOML, or not a design: the first thing that is wrong, with its place.
pub fn read(text: &str) -> Result<Design, FileError> {
    let design: Design = toml_edit::de::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let message = match error.message() {
            "missing field `version`" => {
                "the file does not say its version; a design begins with version = 1"
            }
            other => other,
        };
        FileError::at(text, offset, message)
    })?;
    check(text, &design)?;
    Ok(design)
}

/// What the types cannot say: names that must be one of a kind.
fn check(text: &str, design: &Design) -> Result<(), FileError> {
    let repeated = |what: &str, name: &str| {
        let needle = format!("\"{name}\"");
        let offset = text.rfind(&needle).unwrap_or(0);
        let message = format!("there are two {what} called {name}; call one of them otherwise");
        Err(FileError::at(text, offset, &message))
    };
    let mut vpcs = std::collections::BTreeSet::new();
    for vpc in &design.vpcs {
        if !vpcs.insert(&vpc.id) {
            return repeated("VPCs", &vpc.id);
        }
        let mut tiers = std::collections::BTreeSet::new();
        for tier in &vpc.tiers {
            if !tiers.insert(&tier.name) {
                return repeated("tiers", &tier.name);
            }
            let mut numbers = std::collections::BTreeSet::new();
            for subnet in &tier.subnets {
                if !numbers.insert(subnet.number) {
                    let message = format!(
                        "the tier {} has two subnets with number {}; give one of them another",
                        tier.name, subnet.number
                    );
                    let offset = text.rfind(&format!("\"{}\"", subnet.cidr)).unwrap_or(0);
                    return Err(FileError::at(text, offset, &message));
                }
            }
        }
    }
    Ok(())
}

/// Write a design. `before` is the text it was read from, or last written as: its comments, order and spacing stay
/// wherever what they belong to is still there, and a text that says the same already comes back as it is.
pub fn write(design: &Design, before: Option<&str>) -> String {
    if let Some(before) = before
        && read(before).is_ok_and(|held| held == *design)
    {
        return before.to_owned();
    }
    // A design is plain data: it always serialises. The empty document is never seen.
    let mut new = toml_edit::ser::to_document(design).unwrap_or_default();
    shape(new.as_table_mut());
    let before = before.and_then(|text| text.parse::<DocumentMut>().ok());
    let mut document = match before {
        None => new,
        Some(mut held) => {
            merge(held.as_table_mut(), new.as_table());
            held
        }
    };
    space(document.as_table_mut());
    document.to_string()
}

/// Give a table from the serialiser the shape people read.
fn shape(table: &mut Table) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        let Some(item) = table.get_mut(&key) else {
            continue;
        };
        if TABLES.iter().any(|(name, _)| *name == key) {
            if let Ok(mut tables) = std::mem::take(item).into_array_of_tables() {
                tables.iter_mut().for_each(shape);
                *item = Item::ArrayOfTables(tables);
            }
        } else if HEADED.contains(&key.as_str()) {
            if let Ok(headed) = std::mem::take(item).into_table() {
                *item = Item::Table(headed);
            }
        } else if LINES.iter().any(|(name, _)| *name == key)
            && let Some(lines) = item.as_array_mut()
        {
            one_a_line(lines);
        }
    }
}

/// Put each item of an array on a line of its own.
fn one_a_line(lines: &mut Array) {
    for item in lines.iter_mut() {
        if let Some(table) = item.as_inline_table_mut() {
            table.fmt();
        }
        item.decor_mut().set_prefix("\n    ");
        item.decor_mut().set_suffix("");
    }
    lines.set_trailing("\n");
    lines.set_trailing_comma(true);
}

/// An empty line above every heading that has none and no comment.
fn space(table: &mut Table) {
    fn part(table: &mut Table) {
        let is_bare = table
            .decor()
            .prefix()
            .is_none_or(|prefix| prefix.as_str().is_some_and(str::is_empty));
        if is_bare && table.position().is_none() {
            table.decor_mut().set_prefix("\n");
        }
        space(table);
    }
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => part(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(part),
            _ => {}
        }
    }
}

/// Bring a table to what another says, touching nothing that says the same.
fn merge(held: &mut Table, new: &Table) {
    let gone: Vec<String> = held
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !new.contains_key(key))
        .collect();
    for key in gone {
        held.remove(&key);
    }
    for (key, wanted) in new {
        match held.get_mut(key) {
            None => {
                held.insert(key, wanted.clone());
            }
            Some(there) => merge_item(key, there, wanted),
        }
    }
}

fn merge_item(key: &str, there: &mut Item, wanted: &Item) {
    match (&mut *there, wanted) {
        (Item::Table(there), Item::Table(wanted)) => merge(there, wanted),
        (Item::ArrayOfTables(there), Item::ArrayOfTables(wanted)) => {
            merge_tables(key, there, wanted);
        }
        (Item::Value(there), wanted) => {
            let Ok(wanted) = wanted.clone().into_value() else {
                return;
            };
            merge_value(key, there, wanted);
        }
        (_, wanted) => *there = wanted.clone(),
    }
}

fn merge_value(key: &str, there: &mut Value, wanted: Value) {
    match (&mut *there, &wanted) {
        (Value::Array(there), Value::Array(wanted)) => merge_array(key, there, wanted),
        (Value::InlineTable(there), Value::InlineTable(wanted)) => merge_inline(there, wanted),
        _ => {
            if said(there) != said(&wanted) {
                let decor = there.decor().clone();
                *there = wanted;
                *there.decor_mut() = decor;
            }
        }
    }
}

/// What a value says, without its spacing.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => format!("s{}", text.value()),
        Value::Integer(number) => format!("n{}", number.value()),
        Value::Boolean(flag) => format!("b{}", flag.value()),
        Value::Float(number) => format!("f{}", number.value()),
        other => other.to_string(),
    }
}

fn merge_inline(there: &mut InlineTable, wanted: &InlineTable) {
    let gone: Vec<String> = there
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !wanted.contains_key(key))
        .collect();
    for key in gone {
        there.remove(&key);
    }
    for (key, value) in wanted {
        if let Some(held) = there.get_mut(key) {
            merge_value(key, held, value.clone());
        } else {
            // Before the closing brace there is a space; it belongs after the new last item.
            if let Some((_, last)) = there.iter_mut().last() {
                last.decor_mut().set_suffix("");
            }
            there.insert(key, value.clone().decorated(" ", " "));
        }
    }
    // An item taken from the end leaves the last one without the space before the brace.
    if let Some((_, last)) = there.iter_mut().last() {
        let is_bare = last
            .decor()
            .suffix()
            .is_none_or(|suffix| suffix.as_str().is_some_and(str::is_empty));
        if is_bare
            && there.trailing_is_blank()
            && let Some((_, last)) = there.iter_mut().last()
        {
            last.decor_mut().set_suffix(" ");
        }
    }
}

/// Whether nothing stands before the closing brace of a table.
trait Trailing {
    fn trailing_is_blank(&self) -> bool;
}

impl Trailing for InlineTable {
    fn trailing_is_blank(&self) -> bool {
        self.trailing().as_str().is_none_or(str::is_empty)
    }
}

/// What tells an item of an array apart from its neighbours.
fn identity(key: &str, value: &Value) -> String {
    let by = LINES
        .iter()
        .chain(TABLES)
        .find(|(name, _)| *name == key)
        .map(|(_, by)| *by);
    match (value.as_inline_table(), by) {
        (Some(table), Some(by)) => table.get(by).map(said).unwrap_or_default(),
        _ => said(value),
    }
}

fn merge_array(key: &str, there: &mut Array, wanted: &Array) {
    let mut pool: Vec<Value> = there.iter().cloned().collect();
    let shape = pool.last().map(|last| {
        let decor = last.decor();
        let blank = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let prefix = decor.prefix().and_then(|it| it.as_str());
        let prefix = if blank(prefix) {
            prefix
        } else {
            Some("\n    ")
        };
        prefix.unwrap_or("\n    ").to_owned()
    });
    let was_empty = there.is_empty();
    there.clear();
    for value in wanted {
        let who = identity(key, value);
        let found = pool.iter().position(|held| identity(key, held) == who);
        let mut item = if let Some(at) = found {
            let mut held = pool.remove(at);
            merge_value(key, &mut held, value.clone());
            held
        } else {
            let mut new = value.clone();
            if let Some(prefix) = &shape {
                new.decor_mut().set_prefix(prefix.as_str());
                new.decor_mut().set_suffix("");
            }
            new
        };
        // Items on one line: the first has no space before it, the others have one.
        let is_on_one_line = shape.as_ref().is_some_and(|prefix| !prefix.contains('\n'));
        if is_on_one_line && found.is_none() {
            let prefix = if there.is_empty() { "" } else { " " };
            item.decor_mut().set_prefix(prefix);
        }
        there.push_formatted(item);
    }
    if was_empty {
        // The new items bring their own shape.
        there.set_trailing(wanted.trailing().clone());
        there.set_trailing_comma(wanted.trailing_comma());
    }
    if there.is_empty() {
        there.set_trailing("");
        there.set_trailing_comma(false);
    }
}

fn merge_tables(key: &str, there: &mut ArrayOfTables, wanted: &ArrayOfTables) {
    let by = TABLES
        .iter()
        .find(|(name, _)| *name == key)
        .map_or("", |(_, by)| *by);
    let who = |table: &Table| {
        table
            .get(by)
            .and_then(Item::as_value)
            .map(said)
            .unwrap_or_default()
    };
    let before: Vec<String> = there.iter().map(who).collect();
    let mut pool: Vec<Table> = there.iter().cloned().collect();
    let after: Vec<String> = wanted.iter().map(who).collect();
    there.clear();
    for table in wanted {
        let found = pool.iter().position(|held| who(held) == who(table));
        match found {
            Some(at) => {
                let mut held = pool.remove(at);
                merge(&mut held, table);
                there.push(held);
            }
            None => there.push(table.clone()),
        }
    }
    if before != after {
        // Tables are written in the order of their places in the old text, which is not the order any more.
        there.iter_mut().for_each(unplace);
    }
}

/// Let a table be written where it stands and not where it stood.
fn unplace(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => unplace(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(unplace),
            _ => {}
        }
    }
}
