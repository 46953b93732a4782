//! The price table: what AWS charges for an hour or a month of something, by region, each number with its source.
//!
//! The table that comes with the program is `assets/prices.json`. It holds numbers that somebody wrote down in public and
//! no others: a region without a row has no known price, and none is guessed for it.

use super::money::Money;
use crate::network::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

/// The region of a row that holds in every commercial region.
const EVERYWHERE: &str = "*";
/// The source of a price that a person gave.
const OWN: &str = "own";
/// Stands between item and region in the key of a price: `nat-gateway-hour@eu-west-1`.
const AT: char = '@';

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Each hour that it exists; a partial hour is charged as a full one.
    Hour,
    /// Each month that it exists.
    Month,
    /// Each gigabyte; no part of the fixed cost.
    Gb,
    /// Each million of DNS queries; no part of the fixed cost.
    MillionQueries,
}

impl Unit {
    /// Whether it is charged for being there, and not for what passes.
    pub const fn is_fixed(self) -> bool {
        matches!(self, Self::Hour | Self::Month)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hour => "hour",
            Self::Month => "month",
            Self::Gb => "GB",
            Self::MillionQueries => "million queries",
        })
    }
}

macro_rules! items {
    ($($(#[$doc:meta])* $variant:ident $word:literal $unit:ident $singular:literal $plural:literal,)*) => {
        /// Something that has a price. The order is that in which a bill is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Item { $($(#[$doc])* $variant,)* }

        impl Item {
            /// Every item, in the order of [`Ord`].
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its word in the price table, in JSON and where a person gives a price.
            pub const fn word(self) -> &'static str { match self { $(Self::$variant => $word,)* } }

            /// What its price is for.
            pub const fn unit(self) -> Unit { match self { $(Self::$variant => Unit::$unit,)* } }

            /// One of what is counted, on a bill.
            pub const fn singular(self) -> &'static str { match self { $(Self::$variant => $singular,)* } }

            /// Several of the resources, in a sentence.
            pub const fn plural(self) -> &'static str { match self { $(Self::$variant => $plural,)* } }

            /// The item of an [`Item::word`].
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

items! {
    /// A zonal NAT gateway, public or private. <https://aws.amazon.com/vpc/pricing/>
    NatGateway "nat-gateway-hour" Hour "NAT gateway" "NAT gateways",
    /// A regional NAT gateway in one of its active zones: it costs a zonal gateway's hour in each of them.
    RegionalNatGateway "regional-nat-gateway-hour" Hour "regional NAT gateway, each zone" "regional NAT gateways",
    /// A public IPv4 address, whatever uses it, or nothing; those on NAT gateways among them.
    /// <https://aws.amazon.com/vpc/pricing/>
    PublicIpv4 "public-ipv4-hour" Hour "public IPv4 address" "public IPv4 addresses",
    /// An interface endpoint in one of its zones. <https://aws.amazon.com/privatelink/pricing/>
    InterfaceEndpoint "interface-endpoint-az-hour" Hour "interface endpoint, each zone" "interface endpoints",
    /// A gateway load balancer endpoint in one of its zones; no price of it is known to the program.
    GatewayLoadBalancerEndpoint "gwlb-endpoint-az-hour" Hour "gateway load balancer endpoint, each zone" "gateway load balancer endpoints",
    /// A VPC or a VPN connection attached to a transit gateway.
    TransitGatewayAttachment "transit-gateway-attachment-hour" Hour "transit gateway attachment" "transit gateway attachments",
    /// A site-to-site VPN connection.
    VpnConnection "vpn-connection-hour" Hour "VPN connection" "VPN connections",
    /// A network interface of a Route 53 Resolver endpoint, which has one for each of its addresses.
    /// <https://aws.amazon.com/route53/pricing/>
    ResolverEndpoint "resolver-endpoint-interface-hour" Hour "resolver endpoint, each address" "resolver endpoints",
    /// One of the first 25 hosted zones of an account; further ones cost less. <https://aws.amazon.com/route53/pricing/>
    HostedZone "hosted-zone-month" Month "hosted zone" "hosted zones",
    /// A gateway endpoint, which is free.
    GatewayEndpoint "gateway-endpoint-hour" Hour "gateway endpoint" "gateway endpoints",
    /// Data through a NAT gateway, either direction.
    NatGatewayData "nat-gateway-gb" Gb "data through a NAT gateway" "data through NAT gateways",
    /// Data through an interface endpoint, up to 1 PB a month. <https://aws.amazon.com/privatelink/pricing/>
    InterfaceEndpointData "interface-endpoint-gb" Gb "data through an interface endpoint" "data through interface endpoints",
    /// Traffic between zones, each direction.
    CrossZoneData "cross-az-gb" Gb "traffic between zones" "traffic between zones",
    /// Traffic to the internet, in the first 10 TB a month.
    InternetData "internet-egress-gb" Gb "traffic to the internet" "traffic to the internet",
    /// DNS queries through resolver endpoints. <https://aws.amazon.com/route53/pricing/>
    ResolverQueries "resolver-million-queries" MillionQueries "resolver queries" "resolver queries",
}

impl Item {
    /// Whether it belongs to no region and costs the same from everywhere.
    pub const fn is_global(self) -> bool {
        matches!(self, Self::HostedZone)
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Text::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| {
            serde::de::Error::custom(format_args!("“{word}” is nothing that has a price"))
        })
    }
}

/// Where a price was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is, in words.
    pub title: Text,
    /// The address of its page, where it is one page.
    pub page: Option<Text>,
}

/// One price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Of what.
    pub item: Item,
    /// The code of its region; `*` for every commercial region.
    pub region: Text,
    /// For one [`Row::unit`], in the table's currency.
    pub price: Money,
    /// What the price is for.
    pub unit: Unit,
    /// The key of its source, for [`Prices::source`].
    pub source: Text,
}

/// Why prices cannot be used. Each is one sentence with what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The table is not written as one.
    #[error("the price table cannot be read: {0}")]
    Table(String),
    /// A row of the table cannot be so.
    #[error("the price of {item} in {region} cannot be used: {why}")]
    Row {
        /// Of what.
        item: Item,
        /// Where.
        region: Text,
        /// Why, as a sentence without a full stop.
        why: &'static str,
    },
    /// A price for something that has none.
    #[error("there is no price called “{given}”; give one of {}", known_items())]
    Item {
        /// As it was given.
        given: Text,
    },
    /// A price for a region that cannot be one.
    #[error("“{given}” names no region after the @; write it like {item}@eu-west-1")]
    Region {
        /// As it was given.
        given: Text,
        /// Of what.
        item: Item,
    },
}

fn known_items() -> String {
    let words: Vec<&str> = Item::ALL.iter().map(|item| item.word()).collect();
    words.join(", ")
}

/// A dated table of prices, with what a person put over it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    date: Text,
    currency: Text,
    hours_per_month: u32,
    sources: BTreeMap<Text, Source>,
    rows: BTreeMap<(Item, Text), Row>,
    own: BTreeMap<(Item, Text), Row>,
}

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    date: Text,
    currency: Text,
    hours_per_month: u32,
    sources: BTreeMap<Text, Source>,
    rows: Vec<Row>,
}

impl Prices {
    /// The table that comes with the program.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Prices> = OnceLock::new();
        // A test reads the asset, so that it is never empty here; an empty table would say that no price is known.
        BUNDLED.get_or_init(|| {
            Self::parse(include_str!("../../../assets/prices.json")).unwrap_or_default()
        })
    }

    /// Read a table; every row has a known source and the unit of its item, and none stands twice.
    pub fn parse(text: &str) -> Result<Self, PriceError> {
        let table: Table =
            serde_json::from_str(text).map_err(|error| PriceError::Table(error.to_string()))?;
        let mut rows = BTreeMap::new();
        for row in table.rows {
            let key = (row.item, row.region.clone());
            let why = if row.unit != row.item.unit() {
                Some("its unit is not that of the item")
            } else if !table.sources.contains_key(&row.source) {
                Some("its source is not in the list of sources")
            } else if row.region != EVERYWHERE && !looks_like_region(&row.region) {
                Some("its region is not the code of one")
            } else if rows.contains_key(&key) {
                Some("it is given twice")
            } else {
                None
            };
            if let Some(why) = why {
                return Err(PriceError::Row {
                    item: row.item,
                    region: row.region,
                    why,
                });
            }
            rows.insert(key, row);
        }
        Ok(Self {
            date: table.date,
            currency: table.currency,
            hours_per_month: table.hours_per_month,
            sources: table.sources,
            rows,
            own: BTreeMap::new(),
        })
    }

    /// The same table with a person's own prices over it, in the table's currency. A key is an [`Item::word`] for every
    /// region without exception, or `ITEM@REGION` for one, which wins over the former.
    pub fn with_overrides(&self, overrides: &BTreeMap<Text, Money>) -> Result<Self, PriceError> {
        let mut prices = self.clone();
        for (given, &price) in overrides {
            let (word, region) = match given.split_once(AT) {
                Some((word, region)) => (word, Some(region)),
                None => (given.as_str(), None),
            };
            let item = Item::from_word(word).ok_or_else(|| PriceError::Item {
                given: given.clone(),
            })?;
            if region.is_some_and(|region| !looks_like_region(region)) {
                return Err(PriceError::Region {
                    given: given.clone(),
                    item,
                });
            }
            let region = Text::from(region.unwrap_or(EVERYWHERE));
            let row = Row {
                item,
                region: region.clone(),
                price,
                unit: item.unit(),
                source: OWN.into(),
            };
            prices.own.insert((item, region), row);
        }
        if !overrides.is_empty() {
            let own = Source {
                title: "A price of your own".into(),
                page: None,
            };
            prices.sources.insert(OWN.into(), own);
        }
        Ok(prices)
    }

    /// The price of something in a region, if one is known: a person's own for the region, their own for all, the
    /// table's for the region, then the table's for all commercial regions. Where the region is not known the table has
    /// a price only for what is [`Item::is_global`].
    pub fn price(&self, item: Item, region: Option<&str>) -> Option<&Row> {
        let regional = |rows| region.and_then(|region| find(rows, item, region));
        let everywhere = || {
            let holds = item.is_global() || region.is_some_and(is_commercial);
            if holds {
                find(&self.rows, item, EVERYWHERE)
            } else {
                None
            }
        };
        regional(&self.own)
            .or_else(|| find(&self.own, item, EVERYWHERE))
            .or_else(|| regional(&self.rows))
            .or_else(everywhere)
    }

    /// Every price of the table, by item and region, without a person's own.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// Where a price was found, by the key that its row holds.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.get(key)
    }

    /// The month the table was made, as `2026-09`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The code of the currency of every price.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// How many hours a month is taken for.
    pub fn hours_per_month(&self) -> u32 {
        self.hours_per_month
    }
}

fn find<'a>(rows: &'a BTreeMap<(Item, Text), Row>, item: Item, region: &str) -> Option<&'a Row> {
    rows.get(&(item, Text::from(region)))
}

/// Whether a region is one of the ordinary ones, which share one price list; China, GovCloud, the isolated and the
/// sovereign regions have their own.
fn is_commercial(region: &str) -> bool {
    const APART: &[&str] = &["cn-", "us-gov-", "eusc-"];
    !APART.iter().any(|start| region.starts_with(start)) && !region.contains("-iso")
}

/// Whether a text is written as the code of a region is: words of small letters, then a number.
fn looks_like_region(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.rsplit_once('-').is_some_and(|(words, last)| {
        number(last) && words.contains('-') && words.split('-').all(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
    const REGIONS: &[&str] = &[
        "af-south-1",
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ca-central-1",
        "ca-west-1",
        "eu-central-1",
        "eu-central-2",
        "eu-north-1",
        "eu-south-1",
        "eu-south-2",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ];

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn own(prices: &[(&str, &str)]) -> Result<Prices, PriceError> {
        let overrides = prices
            .iter()
            .map(|&(key, price)| (key.into(), money(price)))
            .collect();
        Prices::bundled().with_overrides(&overrides)
    }

    fn price(prices: &Prices, item: Item, region: Option<&str>) -> Option<String> {
        prices.price(item, region).map(|row| row.price.to_string())
    }

    #[test]
    fn the_bundled_table_is_sound() {
        let prices = Prices::parse(include_str!("../../../assets/prices.json")).unwrap();
        assert_eq!(&prices, Prices::bundled());
        assert_eq!(
            (prices.date(), prices.currency(), prices.hours_per_month()),
            ("2026-09", "USD", 730)
        );
        let mut used = BTreeSet::new();
        for row in prices.rows() {
            assert!(
                row.region == EVERYWHERE || REGIONS.contains(&row.region.as_str()),
                "{row:?}"
            );
            assert!(
                (row.price == Money::ZERO) == (row.item == Item::GatewayEndpoint),
                "{row:?}"
            );
            assert!(prices.source(&row.source).is_some(), "{row:?}");
            used.insert(row.source.clone());
        }
        let listed: BTreeSet<Text> = prices.sources.keys().cloned().collect();
        assert_eq!(used, listed, "every source is there for a price");
        assert!(!listed.contains(OWN));
    }

    #[test]
    fn a_zone_of_a_regional_gateway_costs_what_a_zonal_gateway_costs() {
        let prices = Prices::bundled();
        for region in REGIONS {
            let of = |item| price(prices, item, Some(region));
            assert_eq!(of(Item::NatGateway), of(Item::RegionalNatGateway));
            assert_eq!(of(Item::NatGateway), of(Item::NatGatewayData));
        }
    }

    #[test]
    fn no_price_is_guessed() {
        let of = |item, region| price(Prices::bundled(), item, region);
        assert_eq!(
            of(Item::NatGateway, Some("eu-west-1")).as_deref(),
            Some("0.048")
        );
        for region in [
            "eu-south-2",
            "us-west-1",
            "eu-west-2",
            "cn-northwest-1",
            "us-gov-west-1",
        ] {
            assert_eq!(of(Item::NatGateway, Some(region)), None, "{region}");
        }
        assert_eq!(of(Item::InterfaceEndpoint, Some("eu-west-1")), None);
        assert_eq!(
            of(Item::GatewayLoadBalancerEndpoint, Some("us-east-1")),
            None
        );
        assert_eq!(of(Item::NatGateway, None), None);
    }

    #[test]
    fn a_price_for_everywhere_stops_at_the_commercial_regions() {
        let of = |region| price(Prices::bundled(), Item::PublicIpv4, region);
        for region in REGIONS {
            assert_eq!(of(Some(region)).as_deref(), Some("0.005"), "{region}");
        }
        for region in [
            "cn-north-1",
            "us-gov-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
            "eusc-de-east-1",
        ] {
            assert_eq!(of(Some(region)), None, "{region}");
        }
        assert_eq!(of(None), None, "it could be anywhere");
        assert_eq!(
            price(Prices::bundled(), Item::HostedZone, None).as_deref(),
            Some("0.50"),
            "it belongs to no region"
        );
    }

    #[test]
    fn own_prices_win_the_nearer_the_more() {
        let prices = own(&[
            ("nat-gateway-hour", "0.04"),
            ("nat-gateway-hour@eu-south-2", "0.06"),
        ])
        .unwrap();
        let of = |region| price(&prices, Item::NatGateway, region);
        assert_eq!(of(Some("us-east-1")).as_deref(), Some("0.04"));
        assert_eq!(of(Some("eu-south-2")).as_deref(), Some("0.06"));
        assert_eq!(of(Some("cn-north-1")).as_deref(), Some("0.04"));
        assert_eq!(of(None).as_deref(), Some("0.04"));
        assert_eq!(
            price(&prices, Item::RegionalNatGateway, Some("us-east-1")).as_deref(),
            Some("0.045"),
            "it has a price of its own"
        );
        let row = prices.price(Item::NatGateway, Some("us-east-1")).unwrap();
        let source = prices.source(&row.source).unwrap();
        assert_eq!(source.title, "A price of your own");
    }

    #[test]
    fn own_prices_of_nothing_are_refused() {
        let error = own(&[("nat-gateway", "1")]).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "there is no price called “nat-gateway”; give one of nat-gateway-hour, "
            ),
            "{error}"
        );
        for region in [
            "",
            "EU",
            "eu",
            "eu-1",
            "eu-west",
            "*",
            "eu-west-1a",
            "eu--1",
        ] {
            let key = format!("nat-gateway-hour@{region}");
            let error = own(&[(&key, "1")]).unwrap_err().to_string();
            assert!(
                error.ends_with("write it like nat-gateway-hour@eu-west-1"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_table_that_cannot_be_so_is_refused() {
        let table = |rows: &[&str]| {
            Prices::parse(&format!(
                r#"{{"date": "2026-09", "currency": "USD", "hours_per_month": 730,
                "sources": {{"a": {{"title": "A", "page": null}}}}, "rows": [{}]}}"#,
                rows.join(",")
            ))
        };
        let row = |item: &str, region: &str, price: &str, unit: &str, source: &str| {
            format!(
                r#"{{"item": "{item}", "region": "{region}", "price": {price}, "unit": "{unit}", "source": "{source}"}}"#
            )
        };
        let good = row("hosted-zone-month", "*", "\"0.50\"", "month", "a");
        assert!(table(&[&good]).is_ok());
        for (rows, why) in [
            (vec![good.clone(), good.clone()], "twice"),
            (
                vec![row("hosted-zone-month", "*", "\"1\"", "hour", "a")],
                "unit",
            ),
            (
                vec![row("hosted-zone-month", "*", "\"1\"", "month", "b")],
                "source",
            ),
            (
                vec![row("hosted-zone-month", "here", "\"1\"", "month", "a")],
                "region",
            ),
            (
                vec![row("hosted-zone-month", "*", "0.5", "month", "a")],
                "string",
            ),
            (
                vec![row("hosted-zone", "*", "\"1\"", "month", "a")],
                "nothing that has a price",
            ),
        ] {
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let error = table(&rows).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn words_lead_back_to_items() {
        for &item in Item::ALL {
            assert_eq!(Item::from_word(item.word()), Some(item));
        }
        assert!(Item::ALL.is_sorted());
    }
}
