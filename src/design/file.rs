//! The file of a design: TOML that people read and write, whose comments and order survive a load and a save.

use super::model::Design;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use toml_edit::{
    Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Key, KeyMut, RawString, Table,
    TableLike, Value,
};

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

/// Tables whose keys people choose.
const NAMED: &[&str] = &["tags", "prices", "names"];

/// Choices that a file may leave out: the table, the key, and what is meant when it is left out.
const DEFAULTS: &[(&str, &str, &str)] = &[
    ("vpc", "ipv6", "none"),
    ("vpc", "tenancy", "default"),
    ("vpc", "dns_support", "true"),
    ("vpc", "dns_hostnames", "true"),
    ("vpc", "encryption", "none"),
    ("vpc", "nat", "none"),
    ("vpc", "egress_only", "false"),
    ("tier", "egress", "nat"),
    ("tier", "public_addresses", "false"),
    ("tier", "ipv6_addresses", "false"),
    ("endpoint", "private_dns", "true"),
    ("vpn_gateway", "propagate", "true"),
    ("flow_log", "traffic", "all"),
];
/// Some editors begin a file with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

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

/// A text without its byte order mark, and with one kind of line ends: those inside a text over several lines are not
/// what anybody decided. Lines and columns are those of the text itself.
fn bare(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    // A carriage return that ends no line is no TOML; it must not become a part of a line end.
    if text.contains("\r\n") && !text.contains("\r\r") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Read a design.
///
/// # Errors
/// The text is not TOML, or not a design: the first thing that is wrong, with its place.
pub fn read(text: &str) -> Result<Design, FileError> {
    let text = &*bare(text);
    let design: Design = toml_edit::de::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let there = text.get(span.clone()).unwrap_or_default();
        let there = there.lines().next().unwrap_or_default().trim();
        let message = if text.parse::<DocumentMut>().is_ok() {
            sentence(there, error.message())
        } else {
            syntax(there, error.message())
        };
        FileError::at(text, span.start, &message)
    })?;
    check(text, &design)?;
    Ok(design)
}

/// What is wrong with a text that is no TOML, and what to write; `there` is what stands at the place.
fn syntax(there: &str, message: &str) -> String {
    match message {
        "duplicate key" => format!("{there} is written twice; take one of them out"),
        "integer number overflowed" => format!("{there} is too large; write a smaller number"),
        "string values must be quoted, expected literal string" => {
            format!("{there} has no quotes; write \"{there}\"")
        }
        "invalid basic string, expected `\"`" => {
            "this text does not end on its line; close it with a quote".to_owned()
        }
        "key with no value, expected `=`" => {
            "this key has no value; write = and a value after it".to_owned()
        }
        other => format!("this is not TOML: {other}; correct it here"),
    }
}

/// What is wrong with a TOML text that is no design, and what to write; `there` is what stands at the place.
fn sentence(there: &str, message: &str) -> String {
    let bare = there.trim_matches(['"', '\'']);
    let in_ticks = |words: &str| words.split('`').nth(1).unwrap_or_default().to_owned();
    let choices = |words: &str| {
        let choices: Vec<&str> = words.split('`').skip(1).step_by(2).collect();
        choices.join(", ")
    };
    if message == "missing field `version`" {
        return "the file does not say its version; a design begins with version = 1".to_owned();
    }
    if message == "invalid IP address syntax" {
        return format!("“{bare}” is not a CIDR block; write it like 10.0.0.0/16");
    }
    if message == "wanted string or table" {
        return format!("{there} is not text; write one of the words of this key in quotes");
    }
    if let Some(key) = message.strip_prefix("missing field ") {
        return format!("the key {} is missing here; add it", in_ticks(key));
    }
    let Some((found, wanted)) = message.split_once(", expected ") else {
        return message.to_owned();
    };
    if let Some(key) = found.strip_prefix("unknown field ") {
        return format!(
            "there is no key {} here; take it out, or write one of {}",
            in_ticks(key),
            choices(wanted)
        );
    }
    if found.starts_with("unknown variant ") {
        return format!(
            "“{bare}” is not a word of this key; write one of {}",
            choices(wanted)
        );
    }
    let belongs = match wanted {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "i64" => "a whole number",
        "a string" => "text in quotes",
        "a boolean" => "true or false without quotes",
        "a sequence" => "a list in brackets",
        "a map" => "a table in braces",
        _ if wanted.starts_with("struct ") => "a table in braces",
        _ if wanted.ends_with("network address") => "a CIDR block like \"10.0.0.0/16\"",
        _ => return message.to_owned(),
    };
    if found.starts_with("invalid value: ") {
        return format!("{there} is out of range; write {belongs}");
    }
    if wanted == "a sequence" && there.starts_with('[') {
        return format!("{there} is one table where a list of them belongs; write [{there}]");
    }
    let kind = found.strip_prefix("invalid type: ").unwrap_or_default();
    let kind = match kind.split_whitespace().next().unwrap_or_default() {
        "string" => "text",
        "integer" | "floating" => "a number",
        "boolean" => "true or false",
        "map" => "a table",
        "sequence" => "a list",
        _ => return format!("something else belongs here; write {belongs}"),
    };
    format!("{there} is {kind}; write {belongs}")
}

/// What the types cannot say: names that must be one of a kind.
fn check(text: &str, design: &Design) -> Result<(), FileError> {
    let refused = |path: &[(&str, usize)], key: &str, message: &str| {
        let offset = place(text, path, key).unwrap_or_default();
        Err(FileError::at(text, offset, message))
    };
    let repeated = |what: &str, name: &str| {
        format!("there are two {what} called {name}; call one of them otherwise")
    };
    let mut vpcs = std::collections::BTreeSet::new();
    for (vpc_at, vpc) in design.vpcs.iter().enumerate() {
        let in_vpc = ("vpc", vpc_at);
        if !vpcs.insert(&vpc.id) {
            return refused(&[in_vpc], "id", &repeated("VPCs", &vpc.id));
        }
        let mut tiers = std::collections::BTreeSet::new();
        for (tier_at, tier) in vpc.tiers.iter().enumerate() {
            let in_tier = ("tier", tier_at);
            if !tiers.insert(&tier.name) {
                return refused(&[in_vpc, in_tier], "name", &repeated("tiers", &tier.name));
            }
            let mut numbers = std::collections::BTreeSet::new();
            for (at, subnet) in tier.subnets.iter().enumerate() {
                if !numbers.insert(subnet.number) {
                    let message = format!(
                        "the tier {} has two subnets with number {}; give one of them another",
                        tier.name, subnet.number
                    );
                    return refused(&[in_vpc, in_tier, ("subnets", at)], "number", &message);
                }
            }
        }
    }
    Ok(())
}

/// Where the value of a key stands, of a table that is reached by lists of tables and the places in them.
fn place(text: &str, path: &[(&str, usize)], key: &str) -> Option<usize> {
    let document = Document::parse(text).ok()?;
    let mut table: &dyn TableLike = document.as_table();
    for (list, at) in path {
        table = match table.get(list)? {
            Item::ArrayOfTables(tables) => tables.get(*at)?,
            item => item.as_array()?.get(*at)?.as_inline_table()?,
        };
    }
    Some(table.get(key)?.span()?.start)
}

/// A design's new text, made from an old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Nothing of the old text could be kept: its comments, order and spacing are gone.
    pub is_fresh: bool,
}

/// Write a design. `before` is the text it was read from, or last written as: its comments, order and spacing stay
/// wherever what they belong to is still there, and a text that says the same already comes back as it is.
pub fn write(design: &Design, before: Option<&str>) -> String {
    before.map_or_else(|| fresh(design), |before| rewrite(design, before).text)
}

/// Write a design over the text it was read from, as [`write()`] does, and say whether that could be done.
pub fn rewrite(design: &Design, before: &str) -> Written {
    let Ok(old) = read(before) else {
        return Written {
            text: dressed(&fresh(design), before),
            is_fresh: true,
        };
    };
    if old == *design {
        return Written {
            text: before.to_owned(),
            is_fresh: false,
        };
    }
    let merged = merged(design, &old, &bare(before));
    Written {
        is_fresh: merged.is_none(),
        // A comment lost is better than a decision lost.
        text: dressed(&merged.unwrap_or_else(|| fresh(design)), before),
    }
}

fn fresh(design: &Design) -> String {
    let mut new = document(design);
    shape(new.as_table_mut());
    space(new.as_table_mut());
    new.to_string()
}

/// A text brought to what a design says; `old` is what it says now. None where what comes of it would say something else.
fn merged(design: &Design, old: &Design, text: &str) -> Option<String> {
    let says = |text: &str| read(text).is_ok_and(|held| held == *design);
    let mut held = text.parse::<DocumentMut>().ok()?;
    let plain = |design: &Design| document(design).as_table().clone().into_inline_table();
    merge("", held.as_table_mut(), Some(&plain(old)), &plain(design));
    space(held.as_table_mut());
    let mut text = held.to_string();
    if !says(&text) {
        // Headings that stood in an unusual order may have come under another table.
        unplace(held.as_table_mut());
        space(held.as_table_mut());
        text = held.to_string();
    }
    says(&text).then_some(text)
}

/// A text with the line endings and the byte order mark of another.
fn dressed(text: &str, like: &str) -> String {
    let pairs = like.matches("\r\n").count();
    let singles = like.matches('\n').count().saturating_sub(pairs);
    let mut dressed = String::new();
    if like.starts_with(BYTE_ORDER_MARK) {
        dressed.push(BYTE_ORDER_MARK);
    }
    if pairs > singles {
        dressed.push_str(&text.replace('\n', "\r\n"));
    } else {
        dressed.push_str(text);
    }
    dressed
}

/// What a design says, as a document without any shape.
fn document(design: &Design) -> DocumentMut {
    // A design is plain data: it always serialises. The empty document is never seen.
    toml_edit::ser::to_document(design).unwrap_or_default()
}

/// Give a table from the serialiser the shape people read.
fn shape(table: &mut Table) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for key in keys {
        let Some(item) = table.get_mut(&key) else {
            continue;
        };
        if TABLES.iter().any(|(name, _)| *name == key) {
            // An endpoint has a `tier` too, which is a name: what is no table stays what it is.
            *item = match std::mem::take(item).into_array_of_tables() {
                Ok(mut tables) => {
                    tables.iter_mut().for_each(shape);
                    Item::ArrayOfTables(tables)
                }
                Err(other) => other,
            };
        } else if HEADED.contains(&key.as_str()) {
            *item = match std::mem::take(item).into_table() {
                Ok(headed) => Item::Table(headed),
                Err(other) => other,
            };
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

/// An item with the shape people read, as it stands in a table with a heading.
fn shaped(key: &str, value: &Value) -> Item {
    let mut holder = Table::new();
    holder.insert(key, Item::Value(value.clone()));
    shape(&mut holder);
    holder.remove(key).unwrap_or_default()
}

/// What a key that a file may leave out says when it is left out, in a table of this name.
fn default_of(table: &str, key: &str) -> Option<Value> {
    DEFAULTS
        .iter()
        .find(|(name, held, _)| *name == table && *held == key)
        .map(|(_, _, default)| match *default {
            "true" => true.into(),
            "false" => false.into(),
            word => word.into(),
        })
}

/// What becomes of a key that the new design does not write.
enum Unwritten {
    /// The file says the default in so many words, and may go on saying so.
    Stays,
    /// It went back to its default, which is written in its place so that its comment stays.
    Says(Value),
    /// What it was about is gone.
    Goes,
}

impl Unwritten {
    fn of(table: &str, key: &str, old: Option<&InlineTable>) -> Self {
        if old.is_some_and(|old| !old.contains_key(key)) {
            return Self::Stays;
        }
        default_of(table, key).map_or(Self::Goes, Self::Says)
    }
}

/// Whether two values of the serialiser say the same.
fn same(a: &Value, b: &Value) -> bool {
    a.to_string() == b.to_string()
}

/// Keys that were given another name: those that people choose, and that went while another came that says the same.
fn renamed(
    name: &str,
    held: &[String],
    old: Option<&InlineTable>,
    new: &InlineTable,
) -> BTreeMap<String, String> {
    let Some(old) = old.filter(|_| NAMED.contains(&name)) else {
        return BTreeMap::new();
    };
    let is_new = |key: &str| !held.iter().any(|held| held == key);
    let mut come: Vec<(&str, &Value)> = new.iter().filter(|(key, _)| is_new(key)).collect();
    let gone = held.iter().filter(|key| !new.contains_key(key));
    gone.filter_map(|key| {
        let value = old.get(key)?;
        let at = come.iter().position(|(_, wanted)| same(value, wanted))?;
        Some((key.clone(), come.remove(at).0.to_owned()))
    })
    .collect()
}

/// A key as it is called now, with the spacing and the comments around it.
fn called(key: Key, renamed: &BTreeMap<String, String>) -> Key {
    match renamed.get(key.get()) {
        Some(name) => Key::new(name)
            .with_leaf_decor(key.leaf_decor().clone())
            .with_dotted_decor(key.dotted_decor().clone()),
        None => key,
    }
}

/// Bring a table to what the new design says, touching nothing that the old one, which it reads to, says as well.
/// `name` is the key of the table.
fn merge(name: &str, held: &mut Table, old: Option<&InlineTable>, new: &InlineTable) {
    let keys: Vec<String> = held.iter().map(|(key, _)| key.to_owned()).collect();
    let renamed = renamed(name, &keys, old, new);
    if !renamed.is_empty() {
        for key in keys {
            if let Some((key, item)) = held.remove_entry(&key) {
                held.insert_formatted(&called(key, &renamed), item);
            }
        }
    }
    let unwritten: Vec<String> = held
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !new.contains_key(key))
        .collect();
    for key in unwritten {
        match Unwritten::of(name, &key, old) {
            Unwritten::Stays => {}
            Unwritten::Says(default) => {
                if let Some(there) = held.get_mut(&key) {
                    merge_item(&key, there, None, &default);
                }
            }
            Unwritten::Goes => {
                held.remove(&key);
            }
        }
    }
    for (key, wanted) in new {
        let before = old.and_then(|old| old.get(key));
        if before.is_some_and(|before| same(before, wanted))
            || renamed.values().any(|name| name == key)
        {
            continue;
        }
        match held.get_mut(key) {
            None => {
                held.insert(key, shaped(key, wanted));
            }
            Some(there) => merge_item(key, there, before, wanted),
        }
    }
}

fn merge_item(key: &str, there: &mut Item, old: Option<&Value>, wanted: &Value) {
    match (&mut *there, wanted) {
        (Item::Table(there), Value::InlineTable(wanted)) => {
            merge(key, there, old.and_then(Value::as_inline_table), wanted);
            if there.is_empty() {
                // A table that stands in dotted keys only is not written when it has none.
                there.set_dotted(false);
                there.set_implicit(false);
            }
        }
        (Item::ArrayOfTables(there), Value::Array(wanted)) => {
            merge_tables(key, there, old.and_then(Value::as_array), wanted);
        }
        (Item::Value(there), wanted) => merge_value(key, there, old, wanted),
        (_, wanted) => *there = shaped(key, wanted),
    }
}

fn merge_value(key: &str, there: &mut Value, old: Option<&Value>, wanted: &Value) {
    if old.is_some_and(|old| same(old, wanted)) {
        return;
    }
    match (&mut *there, wanted) {
        (Value::Array(there), Value::Array(wanted)) => {
            merge_array(key, there, old.and_then(Value::as_array), wanted);
        }
        (Value::InlineTable(there), Value::InlineTable(wanted)) => {
            merge_inline(key, there, old.and_then(Value::as_inline_table), wanted);
        }
        _ => {
            let decor = there.decor().clone();
            *there = wanted.clone();
            *there.decor_mut() = decor;
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

fn merge_inline(
    name: &str,
    there: &mut InlineTable,
    old: Option<&InlineTable>,
    wanted: &InlineTable,
) {
    // The items of a table in dotted keys stand among those of the table around it, which sees to the spacing.
    let around = (!there.is_dotted()).then(|| Around::of(there));
    let keys: Vec<String> = there.iter().map(|(key, _)| key.to_owned()).collect();
    let renamed = renamed(name, &keys, old, wanted);
    if !renamed.is_empty() {
        for key in keys {
            if let Some((key, value)) = there.remove_entry(&key) {
                there.insert_formatted(&called(key, &renamed), value);
            }
        }
    }
    let unwritten: Vec<String> = there
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !wanted.contains_key(key))
        .collect();
    for key in unwritten {
        match Unwritten::of(name, &key, old) {
            Unwritten::Stays => {}
            Unwritten::Says(default) => {
                if let Some(held) = there.get_mut(&key) {
                    merge_value(&key, held, None, &default);
                }
            }
            Unwritten::Goes => {
                there.remove(&key);
            }
        }
    }
    for (key, value) in wanted {
        let before = old.and_then(|old| old.get(key));
        if before.is_some_and(|before| same(before, value))
            || renamed.values().any(|name| name == key)
        {
            continue;
        }
        if let Some(held) = there.get_mut(key) {
            merge_value(key, held, before, value);
        } else {
            there.insert(key, value.clone().decorated(" ", ""));
        }
    }
    if there.is_empty() {
        // A table that stands in dotted keys only is not written when it has none.
        there.set_dotted(false);
    }
    if let Some(around) = around {
        around.put(there);
    }
}

/// What stands in an inline table and belongs to none of its items.
struct Around {
    /// The rest of the line after the opening brace.
    opening: String,
    /// What stands before the closing brace, from the end of the last item's line.
    closing: String,
    /// The spacing before the first item.
    first: String,
    /// The spacing before a new item.
    next: String,
}

impl Around {
    /// Put each comment with the item it belongs to: what stands on its line after the comma goes behind its value, until
    /// [`Around::put`] brings it back to its place.
    fn of(table: &mut InlineTable) -> Self {
        let mut opening = String::new();
        let mut parts: Vec<(String, String)> = Vec::new();
        let mut carried = String::new();
        leaves(table, &mut |key, value| {
            let prefix = words(key.leaf_decor().prefix());
            let (tail, lead) = line_and_rest(&format!("{carried}{prefix}"));
            match parts.last_mut() {
                Some((_, last)) => *last = tail,
                None => opening = tail,
            }
            parts.push((lead, String::new()));
            carried = words(value.decor().suffix()).to_owned();
        });
        carried.push_str(words(Some(table.trailing())));
        let (tail, mut closing) = line_and_rest(&carried);
        match parts.last_mut() {
            Some((_, last)) => *last = tail,
            None => opening = tail,
        }
        let mut held = parts.iter();
        leaves(table, &mut |key, value| {
            if let Some((lead, tail)) = held.next() {
                key.leaf_decor_mut().set_prefix(lead.as_str());
                value.decor_mut().set_suffix(tail.as_str());
            }
        });
        let is_on_lines = !opening.is_empty() || closing.contains('\n');
        let line = parts.iter().rev().find_map(|(lead, _)| {
            let (_, indent) = lead.rsplit_once('\n')?;
            Some(format!("\n{indent}"))
        });
        let next = match line {
            Some(line) => line,
            None if parts.is_empty() && is_on_lines => "\n    ".to_owned(),
            None => parts.get(1).map_or(" ", |(lead, _)| lead).to_owned(),
        };
        if parts.is_empty() && closing.is_empty() {
            closing.push(' ');
        }
        Self {
            opening,
            closing,
            first: parts.first().map_or(" ", |(lead, _)| lead).to_owned(),
            next,
        }
    }

    /// Put everything where it is written.
    fn put(self, table: &mut InlineTable) {
        let mut line = self.opening;
        let mut is_first = true;
        leaves(table, &mut |key, value| {
            let lead = match key.leaf_decor().prefix().and_then(RawString::as_str) {
                Some(lead) => lead.to_owned(),
                None => self.next.clone(),
            };
            // What has become the first of those on one line stands as the first one stood.
            let lead = if is_first && !lead.contains('\n') && !self.first.contains('\n') {
                self.first.clone()
            } else {
                lead
            };
            is_first = false;
            key.leaf_decor_mut()
                .set_prefix(joined(&line, &lead, "    "));
            line = words(value.decor().suffix()).to_owned();
            value.decor_mut().set_suffix("");
        });
        let closing = if is_first && !self.closing.contains(['\n', '#']) {
            String::new()
        } else {
            self.closing
        };
        table.set_trailing(joined(&line, &closing, ""));
    }
}

/// Visit the items of an inline table as they are written, those in dotted keys among them.
fn leaves(table: &mut InlineTable, visit: &mut dyn FnMut(&mut KeyMut<'_>, &mut Value)) {
    for (mut key, value) in table.iter_mut() {
        match value {
            Value::InlineTable(inner) if inner.is_dotted() => leaves(inner, visit),
            _ => visit(&mut key, value),
        }
    }
}

/// The spacing and comments at a place.
fn words(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
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

/// For each item of the new array the place in the old one of what it was, if it was there.
///
/// What says the same is the same; then what has the same identity; then what stands in the same place among those,
/// which is a thing that was given another name or block.
fn pairs(key: &str, old: &Array, new: &Array) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_free: Vec<bool> = vec![true; old.len()];
    let by_words = |value: &Value| value.to_string();
    let by_identity = |value: &Value| identity(key, value);
    let rounds: [&dyn Fn(&Value) -> String; 2] = [&by_words, &by_identity];
    for round in rounds {
        let mut places: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (at, (value, _)) in old.iter().zip(&is_free).enumerate().filter(|it| *it.1.1) {
            places.entry(round(value)).or_default().push_back(at);
        }
        for (place, value) in found.iter_mut().zip(new).filter(|it| it.0.is_none()) {
            *place = places.get_mut(&round(value)).and_then(VecDeque::pop_front);
            if let Some(is_free) = place.and_then(|at| is_free.get_mut(at)) {
                *is_free = false;
            }
        }
    }
    // What is left over, by the item that was found before it.
    let mut left: BTreeMap<Option<usize>, VecDeque<usize>> = BTreeMap::new();
    let mut after = None;
    for (at, is_free) in is_free.iter().enumerate() {
        if *is_free {
            left.entry(after).or_default().push_back(at);
        } else {
            after = Some(at);
        }
    }
    let mut after = None;
    for place in &mut found {
        if place.is_some() {
            after = *place;
        } else {
            *place = left.get_mut(&after).and_then(VecDeque::pop_front);
        }
    }
    found
}

/// An array taken apart so that each comment is with what it belongs to.
struct Parts {
    /// The rest of the line after the opening bracket.
    opening: String,
    /// The items without what stands around them.
    items: Vec<Part>,
    /// What stands before the closing bracket, from the end of the last item's line.
    closing: String,
}

#[derive(Clone)]
struct Part {
    /// The lines above it, and the spacing before it.
    lead: String,
    value: Value,
    /// The comment after it, on its line.
    tail: String,
}

/// A comment that ends a line, and what follows the line; all of it follows where there is no comment.
fn line_and_rest(text: &str) -> (String, String) {
    let (line, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
    if line.contains('#') {
        (line.to_owned(), rest.to_owned())
    } else {
        (String::new(), text.to_owned())
    }
}

/// The end of a line with what follows it; a comment goes on to the end of its line.
fn joined(line: &str, rest: &str, indent: &str) -> String {
    if line.is_empty() || rest.starts_with('\n') {
        format!("{line}{rest}")
    } else {
        format!("{line}\n{indent}{}", rest.trim_start_matches([' ', '\t']))
    }
}

impl Parts {
    fn of(array: &Array) -> Self {
        let mut items: Vec<Part> = Vec::new();
        let mut opening = String::new();
        let mut carried = String::new();
        for value in array {
            let mut value = value.clone();
            let prefix = words(value.decor().prefix());
            let (tail, lead) = line_and_rest(&format!("{carried}{prefix}"));
            match items.last_mut() {
                Some(last) => last.tail = tail,
                None => opening = tail,
            }
            carried = words(value.decor().suffix()).to_owned();
            value.decor_mut().set_prefix("");
            value.decor_mut().set_suffix("");
            items.push(Part {
                lead,
                value,
                tail: String::new(),
            });
        }
        carried.push_str(words(Some(array.trailing())));
        let (tail, closing) = line_and_rest(&carried);
        match items.last_mut() {
            Some(last) => last.tail = tail,
            None => opening = tail,
        }
        Self {
            opening,
            items,
            closing,
        }
    }

    /// Put it together again.
    fn into_array(self, array: &mut Array) {
        array.clear();
        let mut line = self.opening;
        for part in self.items {
            let mut value = part.value;
            value
                .decor_mut()
                .set_prefix(joined(&line, &part.lead, "    "));
            line = part.tail;
            array.push_formatted(value);
        }
        array.set_trailing(joined(&line, &self.closing, ""));
    }
}

fn merge_array(key: &str, there: &mut Array, old: Option<&Array>, wanted: &Array) {
    let nothing = Array::new();
    let old = old.filter(|old| old.len() == there.len());
    let old = old.unwrap_or(&nothing);
    let has_lines = LINES.iter().chain(TABLES).any(|(name, _)| *name == key);
    let Parts {
        opening,
        items: pool,
        mut closing,
    } = Parts::of(there);
    // Spacing for new items: of the last one with a line of its own, or else as on one line.
    let line_lead = pool.iter().rev().find_map(|part| {
        let (_, indent) = part.lead.rsplit_once('\n')?;
        Some(format!("\n{indent}"))
    });
    let line_lead = match line_lead {
        None if pool.is_empty() && (has_lines || !opening.is_empty() || closing.contains('#')) => {
            there.set_trailing_comma(true);
            if !closing.trim_end_matches([' ', '\t']).ends_with('\n') {
                closing.push('\n');
            }
            Some("\n    ".to_owned())
        }
        other => other,
    };
    let first_lead = pool.first().map_or("", |part| part.lead.as_str());
    let next_lead = pool.get(1).map_or(" ", |part| part.lead.as_str());
    let mut items: Vec<Part> = Vec::new();
    for (value, from) in wanted.iter().zip(pairs(key, old, wanted)) {
        let held = from.and_then(|at| Some((pool.get(at)?.clone(), old.get(at)?)));
        let is_found = held.is_some();
        let mut part = if let Some((mut part, before)) = held {
            merge_value(key, &mut part.value, Some(before), value);
            part
        } else {
            let mut value = value.clone();
            value.decor_mut().set_prefix("");
            value.decor_mut().set_suffix("");
            Part {
                lead: line_lead.clone().unwrap_or_default(),
                value,
                tail: String::new(),
            }
        };
        // Items on one line: the first has no space before it, the others have one.
        if !part.lead.contains('\n') {
            if items.is_empty() {
                part.lead = first_lead.to_owned();
            } else if !is_found || from == Some(0) {
                part.lead = next_lead.to_owned();
            }
        }
        items.push(part);
    }
    if items.is_empty() {
        there.set_trailing_comma(false);
        if !closing.contains('#') {
            closing.clear();
        }
    }
    Parts {
        opening,
        items,
        closing,
    }
    .into_array(there);
}

fn merge_tables(key: &str, there: &mut ArrayOfTables, old: Option<&Array>, wanted: &Array) {
    let nothing = Array::new();
    let old = old.filter(|old| old.len() == there.len());
    let old = old.unwrap_or(&nothing);
    let pool: Vec<Table> = there.iter().cloned().collect();
    there.clear();
    let mut last = None;
    let mut is_in_order = true;
    for (value, from) in wanted.iter().zip(pairs(key, old, wanted)) {
        let Some(wanted) = value.as_inline_table() else {
            continue;
        };
        let held = from.and_then(|at| Some((pool.get(at)?.clone(), old.get(at)?)));
        if let Some((mut table, before)) = held {
            is_in_order &= from > last && (last.is_some() || there.is_empty());
            last = from;
            merge(key, &mut table, before.as_inline_table(), wanted);
            there.push(table);
        } else {
            let mut table = wanted.clone().into_table();
            shape(&mut table);
            there.push(table);
        }
    }
    if !is_in_order {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Color, Fresh, Ipv6, Nat, NewTier, Reserved, TierKind};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const SMALL: &str = r#"version = 1
region = "eu-west-1"

[[vpc]]
id = "main"
prefix = "p"
cidr = "10.0.0.0/16"
zones = ["eu-west-1a"]

[[vpc.tier]]
name = "inner" # nobody gets in
kind = "private"
mask = 24
subnets = [ # all of them
    { number = 1, zone = "eu-west-1a", cidr = "10.0.1.0/24" }, # first
    # above the second
    { number = 2, zone = "eu-west-1a", cidr = "10.0.2.0/24" }, # second
    # below
]
"#;

    fn small() -> Design {
        read(SMALL).unwrap()
    }

    /// The text after a change, which must say what was changed.
    fn changed(text: &str, change: impl FnOnce(&mut Design)) -> String {
        let mut design = read(text).unwrap();
        change(&mut design);
        let written = write(&design, Some(text));
        assert_eq!(read(&written).unwrap(), design, "{written}");
        written
    }

    #[test]
    fn defaults_in_so_many_words_stay() {
        let text = SMALL.replace(
            "prefix = \"p\"\n",
            "nat = \"none\" # central egress\ndns_support = true # needed\n",
        );
        let written = changed(&text, |design| design.region = "eu-west-2".into());
        assert_eq!(written, text.replace("\"eu-west-1\"\n", "\"eu-west-2\"\n"));
        let written = changed(&text, |design| design.vpcs[0].nat = Nat::One);
        assert_eq!(written, text.replace("\"none\"", "\"one\""));
        let written = changed(&written, |design| design.vpcs[0].nat = Nat::None);
        assert_eq!(written, text);
    }

    #[test]
    fn what_is_gone_goes() {
        let text = SMALL.replace("mask = 24\n", "mask = 24\nhosts = 200\n");
        let written = changed(&text, |design| design.vpcs[0].tiers[0].hosts = None);
        assert_eq!(written, SMALL);
    }

    #[test]
    fn every_default_is_what_is_meant_without_it() {
        for (table, key, word) in DEFAULTS {
            let word = match *word {
                "true" | "false" => (*word).to_owned(),
                word => format!("\"{word}\""),
            };
            let at = match *table {
                "vpc" => SMALL.replace("prefix", &format!("{key} = {word}\nprefix")),
                "tier" => SMALL.replace("mask", &format!("{key} = {word}\nmask")),
                "endpoint" => {
                    let rest = "service = \"ssm\"\ntier = \"inner\"\n";
                    format!("{SMALL}[[vpc.endpoint]]\n{rest}{key} = {word}\n")
                }
                other => format!("{SMALL}[vpc.{other}]\n{key} = {word}\n"),
            };
            let without = at.replace(&format!("{key} = {word}\n"), "");
            assert_ne!(at, without);
            assert_eq!(read(&at).unwrap(), read(&without).unwrap(), "{key}");
        }
    }

    #[test]
    fn a_comment_after_a_comma_is_its_items() {
        let third = "    { number = 3, zone = \"eu-west-1a\", cidr = \"10.0.3.0/24\" },\n";
        let written = changed(SMALL, |design| {
            let mut subnet = design.vpcs[0].tiers[0].subnets[1].clone();
            subnet.number = 3;
            subnet.cidr = "10.0.3.0/24".parse().unwrap();
            design.vpcs[0].tiers[0].subnets.push(subnet);
        });
        assert_eq!(
            written,
            SMALL.replace("    # below\n", &format!("{third}    # below\n"))
        );
        let line = |from: &str, to: &str| {
            let from = SMALL.find(from).unwrap();
            let to = SMALL.find(to).unwrap();
            format!("{}{}", &SMALL[..from], &SMALL[to..])
        };
        let written = changed(SMALL, |design| {
            design.vpcs[0].tiers[0].subnets.remove(0);
        });
        assert_eq!(written, line("    { number = 1", "    # above"));
        let written = changed(SMALL, |design| {
            design.vpcs[0].tiers[0].subnets.remove(1);
        });
        assert_eq!(written, line("    # above", "    # below"));
    }

    #[test]
    fn arrays_on_one_line_stay_there() {
        let with = |zones: &str| SMALL.replace("[\"eu-west-1a\"]", zones);
        let set = |text: &str, zones: &[&str]| {
            changed(text, |design| {
                design.vpcs[0].zones = zones.iter().map(|&zone| zone.into()).collect();
            })
        };
        let two = with("[\"a\", \"b\"]");
        assert_eq!(set(&two, &["b"]), with("[\"b\"]"));
        assert_eq!(set(&two, &["a", "b", "c"]), with("[\"a\", \"b\", \"c\"]"));
        assert_eq!(set(&two, &["b", "a"]), with("[\"b\", \"a\"]"));
        let wide = with("[ \"a\", \"b\" ]");
        assert_eq!(
            set(&wide, &["a", "b", "c"]),
            with("[ \"a\", \"b\", \"c\" ]")
        );
        let noted = with("[\"a\", # x\n \"b\" # y\n]");
        assert_eq!(set(&noted, &["a"]), with("[\"a\" # x\n]"));
        assert_eq!(
            set(&noted, &["a", "b", "c"]),
            with("[\"a\", # x\n \"b\", # y\n \"c\"\n]")
        );
        let empty = with("[ # none yet\n]");
        assert_eq!(set(&empty, &["a"]), with("[ # none yet\n    \"a\",\n]"));
    }

    #[test]
    fn lists_written_as_tables_stay_tables() {
        let list = SMALL.find("subnets").unwrap();
        let text = format!(
            "{}# the one\n[[vpc.tier.subnets]]\nnumber = 1 # first\nzone = \"eu-west-1a\"\ncidr = \"10.0.1.0/24\"\n
# on-premises\n[[reserved]]\ncidr = \"10.9.0.0/16\" # by hand\n
# kept\n[[vpc.held]]\ncidr = \"10.0.9.0/24\" # for later\n",
            &SMALL[..list]
        );
        let written = changed(&text, |design| design.region = "eu-west-2".into());
        assert_eq!(written, text.replace("\"eu-west-1\"\n", "\"eu-west-2\"\n"));
        let written = changed(&text, |design| {
            let mut subnet = design.vpcs[0].tiers[0].subnets[0].clone();
            subnet.number = 2;
            design.vpcs[0].tiers[0].subnets.push(subnet);
            design.vpcs[0].held[0].note = "x".into();
            design.reserved.clear();
        });
        for kept in ["# the one", "# first", "# kept", "# for later"] {
            assert!(written.contains(kept), "{written}");
        }
        assert_eq!(written.matches("[[vpc.tier.subnets]]").count(), 2);
        assert!(!written.contains("reserved"), "{written}");
    }

    #[test]
    fn a_table_in_dotted_keys_never_vanishes() {
        let text = SMALL.replace("prefix", "vpn_gateway.propagate = false # by hand\nprefix");
        let written = changed(&text, |design| {
            design.vpcs[0].vpn_gateway.as_mut().unwrap().propagate = true;
        });
        assert_eq!(written, text.replace("false", "true"));
        let text = SMALL.replace("prefix", "vpn_gateway.routes = [\"10.1.0.0/16\"]\nprefix");
        let written = changed(&text, |design| {
            design.vpcs[0].vpn_gateway.as_mut().unwrap().routes.clear();
        });
        assert!(written.contains("[vpc.vpn_gateway]\n"), "{written}");
    }

    #[test]
    fn what_is_renamed_or_moved_keeps_its_comments() {
        let text = format!(
            "{}held = [\n    {{ cidr = \"10.0.9.0/24\" }}, # for later\n]\n{}
[[vpc.endpoint]] # for the agents\nservice = \"ssm\"\ntier = \"inner\" # inside\n",
            &SMALL[..SMALL.find("prefix").unwrap()],
            &SMALL[SMALL.find("prefix").unwrap()..]
        );
        let written = changed(&text, |design| {
            design.rename_tier("main", "inner", &"deep".into()).unwrap();
        });
        assert_eq!(written, text.replace("\"inner\"", "\"deep\""));
        let written = changed(&text, |design| {
            design.vpcs[0].endpoints[0].service = "ec2".into();
        });
        assert_eq!(written, text.replace("\"ssm\"", "\"ec2\""));
        let written = changed(&text, |design| {
            let block = "10.5.0.0/16".parse().unwrap();
            design.set_vpc_block("main", block).unwrap();
        });
        assert_eq!(written, text.replace("10.0.", "10.5."));
    }

    #[test]
    fn one_taken_and_another_added_elsewhere_are_two_things() {
        let key = "zones";
        let array = |words: &[&str]| words.iter().copied().collect::<Array>();
        let old = array(&["a", "b", "c"]);
        assert_eq!(
            pairs(key, &old, &array(&["a", "c", "d"])),
            [Some(0), Some(2), None]
        );
        assert_eq!(
            pairs(key, &old, &array(&["a", "x", "c"])),
            [Some(0), Some(1), Some(2)]
        );
    }

    #[test]
    fn errors_are_sentences_that_say_what_to_write() {
        let head = "version = 1\nregion = \"x\"\n";
        let vpc = format!("{head}[[vpc]]\nid = \"a\"\ncidr = \"10.0.0.0/16\"\nzones = []\n");
        let tier = format!("{vpc}[[vpc.tier]]\nname = \"t\"\nkind = \"private\"\n");
        for (before, rest, words) in [
            (
                head,
                "pool = [\"10.0.0.0/33\"]",
                "“10.0.0.0/33” is not a CIDR block; write it like 10.0.0.0/16",
            ),
            (
                head,
                "pool = \"10.0.0.0/8\"",
                "\"10.0.0.0/8\" is text; write a list in brackets",
            ),
            (
                head,
                "pool = [3]",
                "3 is a number; write a CIDR block like \"10.0.0.0/16\"",
            ),
            (head, "tags = 3", "3 is a number; write a table in braces"),
            (
                head,
                "[vpc]\nid = \"a\"",
                "[vpc] is one table where a list of them belongs; write [[vpc]]",
            ),
            (
                head,
                "region = \"b\"",
                "region is written twice; take one of them out",
            ),
            ("", "version = \"1\"", "\"1\" is text; write a whole number"),
            (
                "",
                "version = 1\nregion = eu-west-1",
                "eu-west-1 has no quotes; write \"eu-west-1\"",
            ),
            (
                "",
                "version = 1\nregion = \"eu",
                "this text does not end on its line; close it with a quote",
            ),
            ("", "version = 1", "the key region is missing here; add it"),
            (
                &tier,
                "mask = 70000",
                "70000 is out of range; write a whole number from 0 to 255",
            ),
            (
                &tier,
                "mask = -1",
                "-1 is out of range; write a whole number from 0 to 255",
            ),
            (
                &tier,
                "mask = \"24\"",
                "\"24\" is text; write a whole number from 0 to 255",
            ),
            (
                &tier,
                "mask = 24\nhosts = 99999999999999999999",
                "99999999999999999999 is too large; write a smaller number",
            ),
            (
                &tier,
                "mask = 24\npublic_addresses = \"yes\"",
                "\"yes\" is text; write true or false without quotes",
            ),
            (
                &tier,
                "mask = 24\negress = \"foo\"",
                "“foo” is not a word of this key; write one of nat, transit-gateway, vpn-gateway, none",
            ),
            (
                &tier,
                "mask = 24\negress = 4",
                "4 is not text; write one of the words of this key in quotes",
            ),
            (
                &tier,
                "mask = 24\nsubnets = [{ x = 1 }]",
                "there is no key x here; take it out, or write one of number, zone, cidr, ipv6, note, color",
            ),
            (
                &vpc,
                "resolver = \"inner\"",
                "\"inner\" is text; write a table in braces",
            ),
            (
                &vpc,
                "ipv6 = \"q\"",
                "“q” is not none, amazon or a block like 2001:db8::/56",
            ),
        ] {
            let error = read(&format!("{before}{rest}\n")).unwrap_err();
            assert_eq!(error.message, words);
        }
    }

    #[test]
    fn line_ends_and_mark_stay() {
        let text = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
        assert_eq!(read(&text).unwrap(), small());
        let written = changed(&text, |design| design.region = "eu-west-2".into());
        assert_eq!(written, text.replace("\"eu-west-1\"\r", "\"eu-west-2\"\r"));
        let written = changed(&text, |design| {
            design.vpcs[0].tiers[0].subnets[0].note = "one\ntwo".into();
        });
        assert!(written.starts_with('\u{feff}'));
        let unix = changed(SMALL, |design| design.region = "eu-west-2".into());
        assert!(!unix.contains('\r'));
    }

    /// With a range that is in use elsewhere, whose note stands on two lines.
    fn noted() -> String {
        let reserved = "reserved = [\n    { cidr = \"10.9.0.0/16\", note = \"\"\"\none\ntwo\"\"\" }, # by hand\n]\n\n[[vpc]]";
        SMALL.replacen("[[vpc]]", reserved, 1)
    }

    #[test]
    fn a_text_over_several_lines_has_the_line_ends_of_its_file() {
        let text = noted().replace('\n', "\r\n");
        let design = read(&text).unwrap();
        assert_eq!(design.reserved[0].note, "one\ntwo");
        assert_eq!(design, read(&noted()).unwrap());
        let written = changed(&text, |design| design.region = "eu-west-2".into());
        assert_eq!(written, text.replace("\"eu-west-1\"\r", "\"eu-west-2\"\r"));
        // A carriage return that somebody wrote is none of the line ends.
        let written = changed(&text, |design| design.reserved[0].note = "a\r\nb".into());
        assert!(written.contains("# by hand\r\n"), "{written}");
        let mangled = noted().replace('\n', "\r\r\n");
        assert!(read(&mangled).is_err());
    }

    #[test]
    fn a_text_that_could_not_be_kept_is_said_to_be_fresh() {
        let design = small();
        let kept = rewrite(&design, SMALL);
        assert_eq!((kept.text.as_str(), kept.is_fresh), (SMALL, false));
        let other = rewrite(&design, &SMALL.replace("eu-west-1\"\n", "eu-west-2\"\n"));
        assert_eq!((other.text.as_str(), other.is_fresh), (SMALL, false));
        let fresh = rewrite(&design, "# mine\r\nversion = 9\r\n");
        assert!(fresh.is_fresh);
        assert_eq!(fresh.text, write(&design, None).replace('\n', "\r\n"));
    }

    #[test]
    fn places_are_those_of_the_thing_itself() {
        let place = |text: &str| {
            let error = read(text).unwrap_err();
            (error.line, error.column, error.message)
        };
        // The name stands further down too, where nothing is wrong with it.
        let tier = "\n[[vpc.tier]]\nkind = \"private\"\nmask = 24\n  name =  \"inner\"\n";
        let later = "\n[[vpc.endpoint]]\nservice = \"ssm\"\ntier = \"inner\"\n";
        let text = format!("{SMALL}{tier}{later}");
        let two = "there are two tiers called inner; call one of them otherwise";
        assert_eq!(place(&text), (24, 11, two.into()));
        let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(place(&text), (24, 11, two.into()));
        // Two subnets of one number and one block, in the first of two tiers that have it.
        let text = SMALL.replace("number = 2", "number = 1");
        let text = text.replace("10.0.2.0/24", "10.0.1.0/24");
        let other = "\n[[vpc.tier]]\nname = \"outer\"\nkind = \"public\"\nmask = 24\nsubnets = [{ number = 1, zone = \"eu-west-1a\", cidr = \"10.0.1.0/24\" }]\n";
        let number = "the tier inner has two subnets with number 1; give one of them another";
        assert_eq!(place(&format!("{text}{other}")), (17, 16, number.into()));
        let vpc = "[[vpc]]\ncidr = \"10.1.0.0/16\"\nzones = []\nid = 'main'\nprefix = \"main\"\n";
        let two = "there are two VPCs called main; call one of them otherwise";
        assert_eq!(place(&format!("{SMALL}{vpc}")), (23, 6, two.into()));
        let inline = "version = 1\nregion = \"x\"\nvpc = [\n  { id = \"a\", cidr = \"10.0.0.0/16\", zones = [] },\n  { id = \"a\", cidr = \"10.1.0.0/16\", zones = [] },\n]\n";
        assert_eq!(place(inline).0, 5);
        assert_eq!(place(inline).1, 10);
        // After a text over several lines, whatever its line ends.
        let text = noted().replace("prefix", "suffix").replace('\n', "\r\n");
        let error = read(&text).unwrap_err();
        assert_eq!((error.line, error.column), (12, 1));
    }

    #[test]
    fn comments_of_a_table_over_several_lines_stay_with_their_keys() {
        let held = |items: &str| {
            let at = SMALL.find("prefix").unwrap();
            format!("{}held = [{{{items}}}]\n{}", &SMALL[..at], &SMALL[at..])
        };
        let set = |text: &str, note: &str, color: Option<Color>| {
            changed(text, |design| {
                design.vpcs[0].held[0].note = note.into();
                design.vpcs[0].held[0].color = color;
            })
        };
        let both = held(
            " # one\n    # two\n    note = \"x\", # three\n    # four\n    cidr = \"10.0.9.0/24\", # five\n    color = \"red\", # six\n    # seven\n",
        );
        let without_note = held(
            " # one\n    # four\n    cidr = \"10.0.9.0/24\", # five\n    color = \"red\", # six\n    # seven\n",
        );
        assert_eq!(set(&both, "", Some(Color::Red)), without_note);
        let without_color = held(
            " # one\n    # two\n    note = \"x\", # three\n    # four\n    cidr = \"10.0.9.0/24\", # five\n    # seven\n",
        );
        assert_eq!(set(&both, "x", None), without_color);
        let other = set(&both, "y", Some(Color::Red));
        assert_eq!(other, both.replace("\"x\"", "\"y\""));
        // A new key goes to the end, after the comment of the one before it.
        let bare = held("\n    cidr = \"10.0.9.0/24\" # five\n");
        assert_eq!(
            set(&bare, "x", None),
            held("\n    cidr = \"10.0.9.0/24\", # five\n    note = \"x\"\n")
        );
        let line = held(" cidr = \"10.0.9.0/24\", note = \"x\" # five\n");
        assert_eq!(
            set(&line, "", Some(Color::Red)),
            held(" cidr = \"10.0.9.0/24\", color = \"red\"\n")
        );
        assert_eq!(
            set(&line, "x", Some(Color::Red)),
            held(" cidr = \"10.0.9.0/24\", note = \"x\", # five\n    color = \"red\"\n")
        );
        let before_comma = held("\n    note = \"x\" # three\n    ,cidr = \"10.0.9.0/24\"\n");
        assert_eq!(
            set(&before_comma, "x", Some(Color::Red)),
            held("\n    note = \"x\", # three\n    cidr = \"10.0.9.0/24\",\n    color = \"red\"\n")
        );
        // On one line as people write it.
        let tight = held("note = \"x\", cidr = \"10.0.9.0/24\"");
        assert_eq!(set(&tight, "", None), held("cidr = \"10.0.9.0/24\""));
        assert_eq!(
            set(&tight, "x", Some(Color::Red)),
            held("note = \"x\", cidr = \"10.0.9.0/24\", color = \"red\"")
        );
    }

    #[test]
    fn dotted_keys_in_a_table_in_braces_keep_their_comments() {
        let text = "version = 1\nregion = \"x\"\nvpc = [{\n  id = \"a\", # the id\n  cidr = \"10.0.0.0/16\",\n  zones = [], # none yet\n  vpn_gateway.routes = [\"10.1.0.0/16\"], # there\n  prefix = \"p\", # p\n}]\n";
        let written = changed(text, |design| {
            design.vpcs[0].vpn_gateway.as_mut().unwrap().propagate = false;
        });
        assert_eq!(
            written,
            text.replace("# there\n", "# there\n  vpn_gateway.propagate = false,\n")
        );
        let written = changed(text, |design| design.vpcs[0].vpn_gateway = None);
        let line = "  vpn_gateway.routes = [\"10.1.0.0/16\"], # there\n";
        assert_eq!(written, text.replace(line, ""));
    }

    #[test]
    fn a_key_with_another_name_keeps_its_place_and_comment() {
        let tags = "[tags] # all\nteam = \"net\" # who\n# for the bill\n\"cost centre\" = '42' # money\nstage = \"test\"\n\n[[vpc]]";
        let names = "[vpc.names]\nsubnet-inner2 = \"second\"\n# the first\nsubnet-inner1 = \"first\" # by hand\n\n[[vpc.tier]]";
        let text = SMALL.replacen("[[vpc]]", tags, 1);
        let text = text.replace("[[vpc.tier]]", names);
        let rename = |design: &mut Design, from: &str, to: &str| {
            let value = design.tags.remove(from).unwrap();
            design.tags.insert(to.into(), value);
        };
        let written = changed(&text, |design| rename(design, "cost centre", "account"));
        assert_eq!(written, text.replace("\"cost centre\"", "account"));
        let inline = SMALL.replacen(
            "[[vpc]]",
            "tags = { team = \"net\", # who\n    stage = \"test\" } # all\n\n[[vpc]]",
            1,
        );
        let written = changed(&inline, |design| rename(design, "team", "owner"));
        assert_eq!(written, inline.replace("team", "owner"));
        let dotted = SMALL.replacen(
            "[[vpc]]",
            "tags.team = \"net\" # who\ntags.stage = \"test\"\n\n[[vpc]]",
            1,
        );
        let written = changed(&dotted, |design| rename(design, "team", "owner"));
        assert_eq!(written, dotted.replace("team", "owner"));
        // Both names of a tier's subnets, wherever they stand.
        let written = changed(&text, |design| {
            let names = &mut design.vpcs[0].names;
            for number in ["1", "2"] {
                let name = names
                    .remove(format!("subnet-inner{number}").as_str())
                    .unwrap();
                names.insert(format!("subnet-deep{number}").into(), name);
            }
        });
        assert_eq!(written, text.replace("subnet-inner", "subnet-deep"));
        // One that went while another came with another value is not the same.
        let written = changed(&text, |design| {
            design.tags.remove("team");
            design.tags.insert("owner".into(), "me".into());
        });
        assert!(!written.contains("# who"), "{written}");
    }

    /// What a block says that is set aside, key by key; none for what it leaves out.
    type Aside = [Option<&'static str>; 3];

    const ASIDE_KEYS: [&str; 3] = ["cidr", "note", "color"];

    fn aside() -> impl Strategy<Value = Aside> {
        let cidr = prop::sample::select(vec![Some("10.0.9.0/24"), Some("10.0.10.0/24")]);
        let note = prop::sample::select(vec![None, Some("x"), Some("y")]);
        let color = prop::sample::select(vec![None, Some("red"), Some("blue")]);
        (cidr, note, color).prop_map(|(cidr, note, color)| [cidr, note, color])
    }

    proptest! {
        #[test]
        fn a_table_in_braces_keeps_the_comments_of_what_stays(
            old in aside(),
            new in aside(),
            order in Just(vec![0_usize, 1, 2]).prop_shuffle(),
            lines in prop::collection::vec(any::<(bool, bool, bool)>(), 3),
            (opens, closes, ends_in_comma) in any::<(bool, bool, bool)>(),
        ) {
            let keys: Vec<usize> = order.into_iter().filter(|key| old[*key].is_some()).collect();
            let mut table = if opens { " # open\n" } else { " " }.to_owned();
            for (at, key) in keys.iter().enumerate() {
                let (name, value) = (ASIDE_KEYS[*key], old[*key].unwrap());
                let (is_above, is_after, is_line) = lines[at];
                if is_above {
                    table.extend(["\n    # above ", name, "\n    "]);
                }
                let comma = if at + 1 < keys.len() || ends_in_comma { "," } else { "" };
                let after = match (is_after, is_line) {
                    (true, _) => format!(" # after {name}\n    "),
                    (false, true) => "\n    ".to_owned(),
                    (false, false) => " ".to_owned(),
                };
                table.extend([name, " = \"", value, "\"", comma, &after]);
            }
            if closes {
                table.push_str("\n    # close\n");
            }
            let at = SMALL.find("prefix").unwrap();
            let text = format!("{}held = [{{{table}}}]\n{}", &SMALL[..at], &SMALL[at..]);
            let mut design = read(&text).unwrap();
            let held = &mut design.vpcs[0].held[0];
            held.cidr = new[0].unwrap().parse().unwrap();
            held.note = new[1].unwrap_or_default().into();
            held.color = new[2].map(|it| if it == "red" { Color::Red } else { Color::Blue });
            let written = rewrite(&design, &text);
            prop_assert!(!written.is_fresh, "{text}");
            let written = written.text;
            prop_assert_eq!(&read(&written).unwrap(), &design);
            prop_assert_eq!(written.contains("# open"), opens);
            prop_assert_eq!(written.contains("# close"), closes, "{}\n{}", text, written);
            for (at, key) in keys.iter().enumerate() {
                let name = ASIDE_KEYS[*key];
                let (is_above, is_after, _) = lines[at];
                let above = format!("# above {name}\n");
                let after = format!("# after {name}\n");
                let is_there = new[*key].is_some();
                prop_assert_eq!(written.contains(&above), is_above && is_there, "{}\n{}", text, written);
                prop_assert_eq!(written.contains(&after), is_after && is_there, "{}\n{}", text, written);
                if is_after && is_there {
                    let line = written.lines().find(|line| line.contains(after.trim())).unwrap();
                    prop_assert!(line.contains(&format!("{name} = ")), "{}\n{}", text, written);
                }
                if is_above && is_there {
                    let next = written.split(&above).nth(1).unwrap().trim_start();
                    prop_assert!(next.starts_with(name), "{}\n{}", text, written);
                }
            }
        }
    }

    /// One of the changes that people make; what is refused changes nothing.
    fn edit(design: &mut Design, which: u8, place: usize) {
        let tier = |design: &Design| {
            let tiers = &design.vpcs[0].tiers;
            let at = place % tiers.len().max(1);
            tiers.get(at).map(|it| it.name.clone()).unwrap_or_default()
        };
        let name = tier(design);
        let block = |third: usize| format!("10.{}.{}.0/24", 30 + place % 3, third % 200);
        let block = block(place).parse().unwrap();
        match which % 18 {
            0 => drop(design.set_zone_count("main", 1 + place % 4)),
            1 => drop(design.set_per_zone("main", &name, place % 3)),
            2 => drop(design.rename_tier("main", &name, &format!("t{place}").into())),
            3 => {
                let new = NewTier {
                    name: format!("n{place}").into(),
                    kind: [TierKind::Public, TierKind::Private, TierKind::Isolated][place % 3],
                    per_zone: 1,
                    hosts: Some(20),
                    ..NewTier::default()
                };
                drop(design.add_tier("main", &new));
            }
            4 => drop(design.remove_tier("main", &name)),
            5 => drop(design.set_vpc_block(
                "main",
                format!("10.{}.0.0/16", place % 250).parse().unwrap(),
            )),
            6 => drop(design.set_ipv6("main", [Ipv6::None, Ipv6::Amazon][place % 2])),
            7 => drop(design.add_fresh_vpc(block, Some("main"))),
            8 => drop(design.remove_vpc("vpc2")),
            9 => design.vpcs[0].nat = [Nat::None, Nat::One, Nat::PerAz][place % 3],
            10 => design.reserved.push(Reserved {
                cidr: block.into(),
                note: ["", "partner", "a\nb"][place % 3].into(),
            }),
            11 => {
                if !design.reserved.is_empty() {
                    design.reserved.remove(place % design.reserved.len());
                }
            }
            12 => drop(design.remove_subnet("main", &name, 1 + place as u16 % 3)),
            13 => design.vpcs.reverse(),
            14 => drop(design.attach_transit_gateway("main")),
            15 => {
                let held = &mut design.vpcs[0].vpn_gateway;
                *held = held.is_none().then(Default::default);
            }
            16 => {
                if let Some(subnet) = design.vpcs[0]
                    .tiers
                    .first_mut()
                    .and_then(|it| it.subnets.first_mut())
                {
                    subnet.note = format!("note {place}");
                    subnet.color = Some(Color::ALL[place % 10]);
                }
            }
            _ => {
                design
                    .tags
                    .insert(format!("tag {}", place % 3).into(), "x".into());
                design.vpcs[0].dns_support = place.is_multiple_of(2);
            }
        }
    }

    /// What each line of a text is about, where it is about something.
    fn things(text: &str) -> Vec<Option<String>> {
        let lines: Vec<&str> = text.lines().collect();
        let mut vpc = String::new();
        let mut heading = String::new();
        let mut list = String::new();
        let mut is_in_string = false;
        let thing = |(at, line): (usize, &&str)| {
            let after = lines.get(at + 1).copied().unwrap_or_default();
            if line.matches("\"\"\"").count() == 1 {
                is_in_string = !is_in_string;
                return None;
            }
            if is_in_string {
                return None;
            }
            if line.starts_with('[') {
                if *line == "[[vpc]]" {
                    vpc = after.to_owned();
                }
                let by = if line.starts_with("[[") { after } else { "" };
                heading = format!("{vpc} {line} {by}");
                return Some(heading.clone());
            }
            if line.starts_with("    ") {
                let by = line.split(',').next().unwrap_or_default();
                return Some(format!("{heading} {list} {by}").replace(" }", ""));
            }
            if *line == "]" {
                return Some(format!("{heading} {list}"));
            }
            let (key, _) = line.split_once(" =")?;
            list = key.to_owned();
            Some(format!("{heading} {key}"))
        };
        lines.iter().enumerate().map(thing).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn an_edit_loses_nothing_and_keeps_comments(
            made in prop::collection::vec((any::<u8>(), 0_usize..600), 0..8),
            edits in prop::collection::vec((any::<u8>(), 0_usize..600), 1..5),
            marks in prop::collection::vec(0_u8..6, 200),
            is_crlf in any::<bool>(),
        ) {
            let mut design = Design::fresh(&Fresh::in_region("us-east-1")).unwrap();
            for (which, place) in made {
                edit(&mut design, which, place);
                // The first VPC is the one that is edited.
                design.vpcs.sort_by_key(|vpc| vpc.id != "main");
            }
            let plain = write(&design, None);
            let about = things(&plain);
            let mut comments: Vec<(String, Option<String>)> = Vec::new();
            let mut text = String::new();
            let mut is_in_string = false;
            for (at, line) in plain.lines().enumerate() {
                text.push_str(line);
                if line.matches("\"\"\"").count() == 1 {
                    is_in_string = !is_in_string;
                }
                let mark = marks[at % marks.len()];
                if !is_in_string && mark == 0 && !line.is_empty() {
                    comments.push((format!("# after {at}."), about[at].clone()));
                    text.extend([" ", &comments[comments.len() - 1].0]);
                }
                text.push('\n');
                if !is_in_string && mark == 1 {
                    let next = (at + 1..about.len()).find(|it| {
                        !plain.lines().nth(*it).unwrap_or_default().is_empty()
                    });
                    let of = next.and_then(|it| about[it].clone());
                    comments.push((format!("# above {at}."), of));
                    text.extend([&comments[comments.len() - 1].0, "\n"]);
                }
            }
            if is_crlf {
                text = text.replace('\n', "\r\n");
            }
            prop_assert_eq!(&read(&text).unwrap(), &design);
            for (which, place) in edits {
                edit(&mut design, which, place);
            }
            let written = write(&design, Some(&text));
            prop_assert_eq!(&read(&written).unwrap(), &design);
            let fresh = write(&design, None);
            let there: BTreeSet<String> = things(&fresh).into_iter().flatten().collect();
            for (comment, of) in comments {
                if of.is_some_and(|of| there.contains(&of)) {
                    prop_assert!(written.contains(&comment), "{} of\n{}\nis not in\n{}", comment, text, written);
                }
            }
        }
    }
}
