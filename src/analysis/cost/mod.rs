//! What a network costs a month, as far as that is fixed.

mod money;
mod prices;

pub use money::{Money, MoneyError};
pub use prices::{Item, PriceError, Prices, Row, Source, Unit};
