//! What can be written on the command line.

use crate::analysis::cost::{Item, Money};
use crate::cidr::parse_block;
#[cfg(feature = "aws")]
use crate::network::{Id, Key};
use crate::network::{Kind, Text};
use crate::workspace::{DatedSpec, SourceSpec};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::{IpNet, Ipv4Net};
use std::path::PathBuf;

const SOURCES: &str = "\
SOURCE is one of:
  a file or folder           a design, output of `aws ec2 describe-*`, a snapshot, Terraform state,
                             `terraform show -json` of a state or plan, or a CloudFormation template
  sample                     the network that comes with the program
  aws                        the account and region the AWS CLI would ask
  aws://PROFILE/REGION       a profile and a region of it
  aws://PROFILE/R1,R2|all    several regions of it, or all
  aws://PROFILE/all@ROLE     the accounts of the profile's Organization, through a role that each of them has;
                             @ROLE:111122223333,444455556666 for some of them
Several are merged. A file called sample or aws is written ./sample or ./aws.";

const TIMES: &str = "\
A or B may be SOURCE@TIME: the latest reading of SOURCE that was kept up to then.
TIME is 2026-11-24 (the end of that day), 2026-11-24T14:05 or 2026-11-24T14:05:03, in local time, or in UTC with a Z
at its end. `vpc-atlas history SOURCE` lists the times. A file whose own name ends so is meant where it is there.";

const EXITS: &str = "\
Exit code: 0 done or yes, 1 the answer is no, 2 wrong use or unreadable input, 3 the answer is unknown.";

/// Plan a VPC, and see one as a map: subnets, route tables and what they lead to.
///
/// Without a command the window opens, on SOURCE if one is given. Nothing is ever sent anywhere but to AWS itself, and
/// that only where an account is named; accounts are only read until you confirm a change.
#[derive(Debug, Parser)]
#[command(
    name = "vpc-atlas",
    version,
    args_conflicts_with_subcommands = true,
    after_long_help = format!("{SOURCES}\n\n{EXITS}"),
    after_help = "See --help for what SOURCE can be.",
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// What to open in the window
    #[arg(value_name = "SOURCE", value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the VPCs with their blocks, and count what is in them
    #[command(after_long_help = SOURCES)]
    List(List),
    /// Save the resource map as a picture
    #[command(after_long_help = SOURCES)]
    Map(Map),
    /// Begin a design: a VPC as the AWS console's form would make it
    New(New),
    /// Say what a design makes, and what is wrong with it; exit code 1 if it cannot be made
    #[command(after_long_help = EXITS)]
    Plan(Plan),
    /// Write a design as code for another tool
    ///
    /// With `--to terraform`, PATH is a folder: a file for each VPC, with plain resources of the AWS provider, and what
    /// they have in common. Resources are kept by tier, zone and number, so that a zone or tier that is added renames
    /// nothing. With `--to terraform-module` it calls the module terraform-aws-modules/vpc, for one VPC with the same
    /// subnets in each zone; what the module cannot express is named, and nothing is written. With `--to cli`, PATH is a
    /// script for bash and the AWS CLI, whose name ends in .sh, and beside it comes its inverse, whose name ends in
    /// -delete.sh; both find what is there by tags, and can be run again. What the tool cannot do and
    /// a person has to is said, and stands at the head of the first file. A file that is there and differs is kept with a
    /// ~ at the end of its name. The exit code is 1 if the design has errors.
    ///
    /// With `--to terraform --for SOURCE`, what of the design stands in SOURCE already is taken over: imports.tf holds an
    /// `import` block for each resource, so that `terraform plan` imports it instead of making it. A design that `adopt`
    /// made belongs to the VPC that it is a copy of; any other is found as `apply` finds it, by tags, names and blocks.
    /// What is there and cannot be imported by what is known of it is said, and stands in comments beside the imports.
    #[command(after_long_help = format!("{SOURCES}\n\n{EXITS}"))]
    Export(Export),
    /// Read a live VPC into a design that can be edited
    ///
    /// Blocks, zones and names stay as they are. What a design cannot say is named, one thing a line, and stands in the
    /// head of the file as comments: it stays as it is on AWS, whatever the design says. Nothing on AWS is changed.
    #[command(after_long_help = SOURCES)]
    Adopt(Adopt),
    /// Save everything that was read as one file, to be opened or compared later
    #[command(after_long_help = SOURCES)]
    Snapshot(Snapshot),
    /// Find resources by name, id, address or tag
    ///
    /// The grammar is that of the AWS Resource Explorer. Words find what has any of them, and what has more comes first;
    /// they part at spaces and hyphens unless they are in "quotes", and end with a star to go on: prod*. Filters narrow
    /// that, and all must fit: region:R, kind:subnet, resourcetype:ec2:subnet, service:S, id:ID-OR-ARN, accountid:A,
    /// application:NAME, tag:KEY=VALUE, tag:KEY, tag.key:K, tag.value:V, tag:all, tag:none, vpc:NAME-OR-ID. Commas
    /// between values widen one: tag:env=dev,test. A hyphen in front turns a word or filter round (put the whole QUERY in
    /// quotes then). An address or block finds what holds it and what lies in it; cidr:ADDRESS only what holds it,
    /// cidr:BLOCK only what lies in it. What was not read is not found, and how much a filter cannot judge is said.
    #[command(after_long_help = SOURCES)]
    Search(Search),
    /// Print a shell script that gathers everything the map needs with the AWS CLI
    ///
    /// For whoever holds the credentials. The script only reads, and writes one folder that this program opens.
    Collect(Collect),
    /// Say what differs between two networks; exit code 1 if anything does
    #[command(after_long_help = format!("{SOURCES}\n\n{TIMES}\n\n{EXITS}"))]
    Diff(Diff),
    /// List the readings of a source that are kept, and what changed from each to the next
    ///
    /// The window keeps a reading of what it opens, accounts and files, whenever something differs from the last one: all
    /// of the last day, then one a day for thirty days, then one a week for a year, and never more than 100 MB for a
    /// source. They are compressed files that only you can read; View › Keep readings in the window switches it off.
    /// Without SOURCE, the sources that have kept readings are listed.
    #[command(after_long_help = SOURCES)]
    History(History),
    /// Say what a network costs a month, as far as that is fixed
    ///
    /// Counts what is charged for being there: NAT gateways, public IPv4 addresses, endpoints, transit gateway
    /// attachments, VPN connections, resolver endpoints. Data is not counted, nor are instances, load balancers and
    /// databases. What has no known price and what was not read is named and not in the total; the exit code is 3 then.
    #[command(after_long_help = format!("{SOURCES}\n\n{}\n\n{EXITS}", items()))]
    Cost(Cost),
    /// Create what a design plans, or change what is there until it is as planned
    ///
    /// First nothing is changed: the region is read, and what would be made, its cost and what speaks against it are
    /// said, for the account and region the credentials are of. Then the program asks; --yes answers. Each step is kept
    /// in a journal before and after it is made, so that whatever happens the run can be resumed or rolled back. If a
    /// step fails, what was made is taken back, unless --keep is given. Ctrl-C stops after the calls under way.
    ///
    /// A plan can be saved with --save for somebody else to review; `apply FILE.plan.json` applies it unchanged, or
    /// refuses where the account has changed since.
    #[cfg(feature = "aws")]
    #[command(after_long_help = EXITS)]
    Apply(Apply),
    /// List the runs that were begun on this machine, or the steps of one
    #[command(after_long_help = EXITS)]
    Runs(Runs),
    /// Go on with a run that failed, was stopped or died
    #[cfg(feature = "aws")]
    #[command(after_long_help = EXITS)]
    Resume(Reopen),
    /// Take back what a run made, and only that
    ///
    /// The exit code is 1 if something could not be taken back; it is named, with what holds it.
    #[cfg(feature = "aws")]
    #[command(after_long_help = EXITS)]
    Rollback(Reopen),
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(super) struct Apply {
    /// The design's file, or a plan that was saved with --save
    #[arg(value_name = "DESIGN")]
    pub(super) design: PathBuf,

    /// The profile whose credentials may change things [default: as the AWS CLI chooses]
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: Option<String>,

    /// The region, to be sure: the design names it
    #[arg(long, value_name = "REGION", value_parser = region)]
    pub(super) region: Option<String>,

    /// Say what would be done, and do nothing; exit code 1 if it cannot be done
    #[arg(long)]
    pub(super) dry_run: bool,

    /// Save what would be done as a file to review, and do nothing
    #[arg(long, value_name = "FILE.plan.json", conflicts_with = "yes")]
    pub(super) save: Option<PathBuf>,

    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,

    /// Keep what was made when a step fails; it is kept in any case where the failure may pass (the sign-in, the connection,
    /// AWS itself, a wait that was not long enough), and after Ctrl-C
    #[arg(long)]
    pub(super) keep: bool,

    /// Make all of it new, even where a VPC of this name and block is there
    #[arg(long)]
    pub(super) anew: bool,

    /// Take away what the design planned, instead of making it: its VPCs, with all that belongs to them. What is in use
    /// there is named, and then nothing is done. What is deleted does not come again
    #[arg(long, conflicts_with = "anew")]
    pub(super) tear_down: bool,

    /// The id of something the design names and does not make, such as transit-gateway:hub=tgw-0123; may be given several
    /// times
    #[arg(long, value_name = "KIND:NAME=ID", value_parser = given)]
    pub(super) given: Vec<(Key, String)>,

    /// The ticket it is done for; it goes into the journal
    #[arg(long, value_name = "TEXT")]
    pub(super) ticket: Option<String>,

    /// The reason it is done for; it goes into the journal
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,

    /// Tag everything that is made with the ticket (vpc-atlas:ticket)
    #[arg(long, requires = "ticket")]
    pub(super) tag_ticket: bool,

    /// Print JSON, one object for each step as it happens
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Runs {
    /// A run, to see its steps
    #[arg(value_name = "RUN")]
    pub(super) run: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
pub(super) struct Reopen {
    /// The run, as `vpc-atlas runs` names it
    #[arg(value_name = "RUN")]
    pub(super) run: String,

    /// The profile whose credentials may change things [default: the one the run was begun with]
    #[arg(long, value_name = "PROFILE")]
    pub(super) profile: Option<String>,

    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,

    /// Print JSON, one object for each step as it happens
    #[arg(long)]
    pub(super) json: bool,
}

#[cfg(feature = "aws")]
fn given(text: &str) -> Result<(Key, String), String> {
    let wrong = || "something given is written like transit-gateway:hub=tgw-0123".to_owned();
    let (what, id) = text.split_once('=').ok_or_else(wrong)?;
    let (kind, name) = what.split_once(':').ok_or_else(wrong)?;
    let kind = Kind::from_word(kind).ok_or_else(|| format!("“{kind}” is no kind of resource"))?;
    if id.is_empty() || name.is_empty() {
        return Err(wrong());
    }
    Ok((Key::new(kind, Id::Planned(name.into())), id.to_owned()))
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub(super) struct New {
    /// Where to save it; the name ends in .vpc.toml, or is - for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,

    /// The VPC's block
    #[arg(long, value_name = "BLOCK", default_value = "10.0.0.0/16", value_parser = block)]
    pub(super) cidr: Ipv4Net,

    /// How many Availability Zones, or which: 3, or a,b,c [default: 2]
    #[arg(long, value_name = "N|A,B,C")]
    pub(super) azs: Option<String>,

    /// Public subnets in all: none, or a multiple of the zones [default: one in each zone]
    #[arg(long, value_name = "N")]
    pub(super) public: Option<usize>,

    /// Private subnets in all: none, or a multiple of the zones [default: one in each zone]
    #[arg(long, value_name = "N")]
    pub(super) private: Option<usize>,

    /// NAT gateways
    #[arg(long, value_enum, default_value_t = NatChoice::None)]
    pub(super) nat: NatChoice,

    /// Put the free S3 gateway endpoint on the private tables; this is the default
    #[arg(long, conflicts_with = "no_s3_endpoint")]
    pub(super) s3_endpoint: bool,

    /// No S3 gateway endpoint
    #[arg(long)]
    pub(super) no_s3_endpoint: bool,

    /// A /56 of version 6 addresses that AWS chooses, and a /64 of it for each subnet
    #[arg(long)]
    pub(super) ipv6: bool,

    /// An egress-only internet gateway: private subnets reach out over version 6
    #[arg(long)]
    pub(super) egress_only: bool,

    /// What generated names begin with; empty for no generated names
    #[arg(long, value_name = "PREFIX", default_value = "project")]
    pub(super) name: String,

    /// The region
    #[arg(long, value_name = "REGION", default_value = "us-east-1", value_parser = region)]
    pub(super) region: String,

    /// A tag on everything; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub(super) tags: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NatChoice {
    /// None
    None,
    /// One, in the first public subnet
    One,
    /// One in each zone
    PerAz,
    /// One for the whole VPC
    Regional,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The design's file
    #[arg(value_name = "DESIGN")]
    pub(super) design: PathBuf,

    /// List the calls that create it as well, in an order in which they can be made
    #[arg(long)]
    pub(super) steps: bool,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The design's file
    #[arg(value_name = "DESIGN")]
    pub(super) design: PathBuf,

    /// What to write
    #[arg(long, value_enum)]
    pub(super) to: Tool,

    /// Where the design stands already: with `--to terraform`, what is there is imported instead of made
    #[arg(long = "for", value_name = "SOURCE", num_args = 1.., value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// The folder to write into, which is made where it is missing, or the file of a template or script; - for standard
    /// output
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Tool {
    /// Terraform: plain resources of the AWS provider
    Terraform,
    /// Terraform: the module terraform-aws-modules/vpc
    TerraformModule,
    /// A CloudFormation template, in YAML or JSON by the ending of PATH
    Cloudformation,
    /// Two scripts for bash and the AWS CLI: PATH.sh makes everything, PATH-delete.sh takes it away
    Cli,
}

#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// What to read
    #[arg(value_name = "SOURCE", required = true, value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// Which VPC, by id or name [default: the only one]
    #[arg(long, value_name = "ID")]
    pub(super) vpc: Option<String>,

    /// Where to save it; the name ends in .vpc.toml, or is - for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,

    /// Print JSON: the design's text, and what it does not say
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// What to read
    #[arg(value_name = "SOURCE", required = true, value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "as many flags")]
pub(super) struct Map {
    /// What to read
    #[arg(value_name = "SOURCE", required = true, value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// Where to save it; the ending says the format
    ///
    /// Pictures: .svg, .png, .pdf, .drawio, .html. Text: .dot and .mmd (Mermaid), .csv (address plan), .md (report), .json.
    /// Visio opens the SVG; draw.io (diagrams.net) opens .drawio, where everything can be moved and edited. An HTML page
    /// holds everything it needs: it zooms, searches and shows facts in any browser, without a server.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,

    /// Only this VPC, by id or name; may be given several times [default: all of them]
    #[arg(long, value_name = "ID")]
    pub(super) vpc: Vec<String>,

    /// Only this resource, by id or name, and what belongs together with it
    #[arg(long, value_name = "ID")]
    pub(super) around: Option<String>,

    /// Show the detail lines of the cards
    #[arg(long)]
    pub(super) details: bool,

    /// Dark ink on light, light ink on dark, or black on white
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    pub(super) theme: Theme,

    /// Say below the map what the lines and colours in it mean
    #[arg(long)]
    pub(super) legend: bool,

    /// Put a title block below the map: network, source and date
    #[arg(long)]
    pub(super) title_block: bool,

    /// The date in the title block, in your own words; without it there is none
    #[arg(long, value_name = "DATE", requires = "title_block")]
    pub(super) date: Option<String>,

    /// What the picture is called, above the map and in the title block [default: the VPC, or how many there are]
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,

    /// Leave out what tells whose network it is, as snapshot --redact does
    #[arg(long)]
    pub(super) redact: bool,

    /// Colour the cards by the value of this tag, with a legend
    #[arg(long, value_name = "KEY")]
    pub(super) color_by_tag: Option<String>,

    /// Group the cards by the value of this tag, and subnets not by zone
    #[arg(long, value_name = "KEY")]
    pub(super) group_by_tag: Option<String>,

    /// How the network is laid out
    #[arg(long, value_enum, default_value_t = View::Columns)]
    pub(super) view: View,

    /// Leave out the pins, folds and notes that were made in the window
    ///
    /// Pictures have all of them, .dot and .mmd the folds, .md the folds of its pictures and the notes in a table. Tables
    /// (.csv) and .json tell everything, whatever is folded.
    #[arg(long)]
    pub(super) unarranged: bool,

    /// In a CSV not the address plan but the table of this kind: vpc, route-table, vpc-endpoint …
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(super) table: Option<Kind>,

    /// Pixels of a PNG for each of the map's, 0.01 to 4 [default: 1, or as many as fit]
    ///
    /// A PNG has at most 200 million pixels. Without this a larger map is drawn smaller and with fewer words, as the window
    /// shows it at that zoom; with it such a map is refused.
    #[arg(long, value_name = "N", value_parser = scale)]
    pub(super) scale: Option<f32>,

    /// The paper of a PDF [default: a4]
    ///
    /// Where words would be smaller than 5 points on one page, the map goes onto several, which say how they join.
    #[arg(long, value_enum, value_name = "SIZE")]
    pub(super) paper: Option<Paper>,

    /// Which way the paper of a PDF lies [default: the way that needs fewer pages]
    #[arg(long, value_enum, value_name = "WAY")]
    pub(super) orientation: Option<Orientation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Paper {
    /// One page as large as the map
    Fit,
    A4,
    A3,
    A2,
    A1,
    Letter,
    Legal,
    /// 11 by 17 inches; lying it is called ledger
    #[value(alias = "ledger")]
    Tabloid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Orientation {
    Portrait,
    Landscape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Theme {
    Light,
    Dark,
    /// Black on white, with patterns instead of colours
    Print,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum View {
    /// VPC, subnets, route tables and connections in columns
    Columns,
    /// All VPCs as cards, with what joins them
    Overview,
    /// Boxes in boxes: regions, VPCs, zones and subnets
    Nested,
}

#[derive(Debug, Args)]
pub(super) struct Snapshot {
    /// What to read
    #[arg(value_name = "SOURCE", required = true, value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// Where to save it; - for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: PathBuf,

    /// Leave out what tells whose network it is
    ///
    /// Account ids, resource ids, names, tag values, unusual tag keys, descriptions, public addresses, ARNs, endpoint
    /// services of others, policies and the words of gaps are replaced. Structure stays: regions, zones, private blocks
    /// and addresses, routes, rules, states, what refers to what. The same value is replaced by the same one everywhere, on
    /// every machine, so redacted files of several accounts fit together. This hides from readers what they need not
    /// see; somebody who guesses an account id or a name can try it and compare.
    #[arg(long)]
    pub(super) redact: bool,
}

#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for: words and filters such as region: kind: tag:KEY=VALUE cidr:
    #[arg(required = true)]
    pub(super) query: Vec<String>,

    /// Where to look
    #[arg(long = "in", value_name = "SOURCE", required = true, num_args = 1.., value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// How many results at most
    #[arg(long, value_name = "N", default_value_t = crate::analysis::search::LIMIT)]
    pub(super) limit: usize,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Collect {
    /// A region to gather; may be given several times [default: the one the AWS CLI is configured for]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',', value_parser = region)]
    pub(super) regions: Vec<String>,

    /// Print the IAM policy document that the script, and reading a live account, need; nothing in it can change anything
    #[arg(long, conflicts_with = "regions")]
    pub(super) policy: bool,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The network before: SOURCE, or SOURCE@TIME
    #[arg(value_name = "A", value_parser = dated())]
    pub(super) before: DatedSpec,

    /// The network after: SOURCE, or SOURCE@TIME
    #[arg(value_name = "B", value_parser = dated())]
    pub(super) after: DatedSpec,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// Whose readings; several belong together, as they were opened together
    #[arg(value_name = "SOURCE", value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// Read SOURCE now, and keep that where something changed
    #[arg(long, requires = "sources")]
    pub(super) keep: bool,

    /// Delete the readings of SOURCE for good
    #[arg(long, requires = "sources", conflicts_with = "keep")]
    pub(super) delete: bool,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Cost {
    /// What to read
    #[arg(value_name = "SOURCE", required = true, value_parser = source())]
    pub(super) sources: Vec<SourceSpec>,

    /// A price of your own, in the currency of the others; ITEM@REGION=AMOUNT for one region only; may be given several
    /// times
    #[arg(long = "price", value_name = "ITEM=AMOUNT", value_parser = price)]
    pub(super) prices: Vec<(Text, Money)>,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What can be given a price, for the help.
fn items() -> String {
    let words: Vec<String> = Item::ALL
        .iter()
        .filter(|item| item.unit().is_fixed())
        .map(|item| format!("  {item}"))
        .collect();
    format!("ITEM is one of:\n{}", words.join("\n"))
}

fn price(given: &str) -> Result<(Text, Money), String> {
    let (key, amount) = given
        .split_once('=')
        .ok_or("a price is written like nat-gateway-hour@eu-west-1=0.048")?;
    let amount = amount.parse().map_err(|error| format!("{error}"))?;
    Ok((key.trim().into(), amount))
}

fn source() -> impl TypedValueParser<Value = SourceSpec> {
    OsStringValueParser::new().try_map(SourceSpec::try_from)
}

fn dated() -> impl TypedValueParser<Value = DatedSpec> {
    OsStringValueParser::new().try_map(DatedSpec::try_from)
}

fn block(text: &str) -> Result<Ipv4Net, String> {
    match parse_block(text) {
        Ok(IpNet::V4(block)) => Ok(block),
        Ok(IpNet::V6(_)) => Err("a VPC's first block is of version 4; see --ipv6".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn tag(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a tag is written like environment=test"),
    }
}

/// Pixels to the map unit.
fn scale(word: &str) -> Result<f32, String> {
    let scale = word.parse().ok();
    scale
        .filter(|scale| (0.01..=4.0).contains(scale))
        .ok_or_else(|| "give a number from 0.01 to 4".to_owned())
}

/// A kind by the word of searches and JSON, or as people write it: one or several.
fn kind(word: &str) -> Result<Kind, String> {
    let named = |kind: &&Kind| {
        let plain = word.replace('-', " ");
        [kind.singular(), kind.plural()]
            .iter()
            .any(|name| name.replace('-', " ").eq_ignore_ascii_case(&plain))
    };
    Kind::from_word(word)
        .or_else(|| Kind::ALL.iter().find(named).copied())
        .ok_or_else(|| {
            let words: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            format!(
                "there is no kind of that name; there are: {}",
                words.join(", ")
            )
        })
}

fn region(word: &str) -> Result<String, &'static str> {
    if crate::workspace::is_region(word) {
        Ok(word.to_owned())
    } else {
        Err("a region is written like eu-west-1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sources_before_commands_open_the_window() {
        let cli = Cli::try_parse_from(["vpc-atlas", "sample", "./list"]).unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.sources.len(), 2);
        assert!(
            Cli::try_parse_from(["vpc-atlas", "sample", "list"])
                .is_ok_and(|cli| cli.command.is_none())
        );
    }
}
