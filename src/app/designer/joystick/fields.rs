//! What is said about a block, where free space is, and the fields of a subnet.

use super::super::super::{look, widgets};
use super::super::{DesignContext, Edit};
use super::{BlockField, Blocks, Writing};
use crate::cidr::{
    Direction, Family, Joystick, Masks, Space, first_free, nearest_free_vpc, overlap, refused,
    secondary_refusal, touches_docker,
};
use crate::design::{Design, Ipv6, Ipv6Part, Subnet, Tier, Vpc, subnet_key, vpc_key};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{Id, RichText, Sense, Ui, vec2};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A word about a block, with the colour of how much it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Flag {
    role: Role,
    words: String,
}

impl Flag {
    pub(in crate::app) fn new(role: Role, words: impl Into<String>) -> Self {
        Self {
            role,
            words: words.into(),
        }
    }

    /// A dot and the words.
    pub(super) fn show(&self, ui: &mut Ui) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let (place, _) = ui.allocate_exact_size(vec2(8.0, 15.0), Sense::hover());
            let dot = widgets::ink(ui, Ink::Strong(self.role));
            ui.painter().circle_filled(place.center(), 3.5, dot);
            let words = RichText::new(widgets::shown(&self.words))
                .size(look::SMALL)
                .color(widgets::ink(ui, Ink::Word(self.role)));
            ui.add(egui::Label::new(words).wrap());
        });
    }
}

/// The name of a VPC of the plan.
fn vpc_name(context: &DesignContext<'_>, vpc: &Vpc) -> String {
    let named = context.derived.network.get(&vpc_key(vpc));
    named
        .and_then(|resource| resource.name())
        .map_or_else(|| vpc.id.to_string(), str::to_owned)
}

/// The name of a subnet of the plan.
fn subnet_name(context: &DesignContext<'_>, vpc: &Vpc, tier: &Tier, subnet: &Subnet) -> String {
    let named = context.derived.network.get(&subnet_key(vpc, tier, subnet));
    named
        .and_then(|resource| resource.name())
        .map_or_else(|| format!("{}{}", tier.name, subnet.number), str::to_owned)
}

/// Who else has a part of the space around VPCs: other VPCs of the plan, networks that are open, reserved ranges.
fn neighbours<'a>(
    context: &'a DesignContext<'_>,
    vpc: &'a Vpc,
) -> impl Iterator<Item = (IpNet, String)> + 'a {
    let plan = context.design().vpcs.iter().filter(|it| it.id != vpc.id);
    let plan = plan.flat_map(move |other| {
        let v6 = match other.ipv6 {
            Ipv6::Own(block) => Some(IpNet::V6(block)),
            Ipv6::None | Ipv6::Amazon => None,
        };
        let blocks = other.blocks().map(IpNet::V4).chain(v6);
        blocks.map(move |block| (block, vpc_name(context, other)))
    });
    let loaded = context.surroundings.blocks.iter().cloned();
    let reserved = context.design().reserved.iter().map(|held| {
        let whose = if held.note.is_empty() {
            format!("the reserved range {}", held.cidr)
        } else {
            format!("{} (reserved)", held.note)
        };
        (held.cidr, whose)
    });
    plan.chain(loaded).chain(reserved)
}

/// What is to be said about a block of a VPC. `place` is where it stands among the VPC's blocks: 0 for the primary one.
pub(in crate::app) fn flags_of_vpc(
    context: &DesignContext<'_>,
    vpc: &Vpc,
    place: usize,
    block: IpNet,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    let masks = Masks::vpc(Family::of(block));
    if !masks.allows(block.prefix_len()) {
        flags.push(Flag::new(
            Role::Danger,
            format!("a VPC's blocks are {masks}"),
        ));
    }
    if let IpNet::V4(block) = block {
        v4_flags(context, vpc, place, block, &mut flags);
    }
    let mut seen = Vec::new();
    for (other, whose) in neighbours(context, vpc) {
        if overlap(other, block) && !seen.contains(&whose) {
            flags.push(Flag::new(Role::Warn, format!("overlaps {whose}")));
            seen.push(whose);
        }
    }
    flags
}

fn v4_flags(
    context: &DesignContext<'_>,
    vpc: &Vpc,
    place: usize,
    block: Ipv4Net,
    flags: &mut Vec<Flag>,
) {
    if let Some(range) = refused(block) {
        flags.push(Flag::new(
            Role::Danger,
            format!("touches {range}, which AWS refuses"),
        ));
    } else {
        match Space::of(block) {
            Space::Private => {}
            Space::Shared => flags.push(Flag::new(
                Role::Neutral,
                "shared address space (100.64.0.0/10)",
            )),
            Space::Benchmark => flags.push(Flag::new(
                Role::Warn,
                "kept for measuring equipment (198.18.0.0/15)",
            )),
            Space::Public => flags.push(Flag::new(
                Role::Warn,
                "publicly routable: it may be somebody else's",
            )),
        }
    }
    if touches_docker(block) {
        flags.push(Flag::new(Role::Warn, "172.17.0.0/16 is used by Docker"));
    }
    if place > 0 {
        let others: Vec<Ipv4Net> = vpc
            .blocks()
            .enumerate()
            .filter(|(at, _)| *at != place)
            .map(|(_, other)| other)
            .collect();
        if let Some(refusal) = secondary_refusal(&others, block)
            && refused(block).is_none()
        {
            let words = refusal.to_string();
            let why = words
                .split_once(": ")
                .map_or(words.as_str(), |(_, why)| why);
            flags.push(Flag::new(Role::Danger, why));
        }
    }
    let pool = &context.design().pool;
    if !pool.is_empty() && !pool.iter().any(|range| range.contains(&block)) {
        flags.push(Flag::new(
            Role::Warn,
            "outside the address pool of the plan",
        ));
    }
}

/// What is to be said about the version 4 block of a subnet.
pub(in crate::app) fn flags_of_subnet(
    context: &DesignContext<'_>,
    vpc: &Vpc,
    tier: &str,
    number: u16,
    block: IpNet,
) -> Vec<Flag> {
    let mut flags = Vec::new();
    let IpNet::V4(v4) = block else {
        return flags;
    };
    let masks = Masks::subnet(Family::V4);
    if !masks.allows(v4.prefix_len()) {
        flags.push(Flag::new(Role::Danger, format!("subnets are {masks}")));
    }
    if !vpc.blocks().any(|outer| outer.contains(&v4)) {
        flags.push(Flag::new(Role::Danger, "in no block of its VPC"));
    }
    for (other_tier, other) in vpc.subnets() {
        let is_itself = other_tier.name == tier && other.number == number;
        if !is_itself && overlap(other.cidr.into(), block) {
            let name = subnet_name(context, vpc, other_tier, other);
            flags.push(Flag::new(Role::Danger, format!("overlaps {name}")));
        }
    }
    for held in &vpc.held {
        if overlap(held.cidr.into(), block) {
            let what = if held.note.is_empty() {
                held.cidr.to_string()
            } else {
                held.note.clone()
            };
            flags.push(Flag::new(Role::Warn, format!("overlaps {what}, set aside")));
        }
    }
    for range in &context.design().reserved {
        if overlap(range.cidr, block) {
            let what = if range.note.is_empty() {
                range.cidr.to_string()
            } else {
                range.note.clone()
            };
            flags.push(Flag::new(Role::Warn, format!("overlaps {what}, reserved")));
        }
    }
    flags
}

/// The blocks that a VPC must keep out of.
pub(in crate::app) fn taken_around(context: &DesignContext<'_>, vpc: &Vpc) -> Vec<IpNet> {
    neighbours(context, vpc).map(|(block, _)| block).collect()
}

/// The next block of this size to the right that overlaps nobody; at the end of the space the first one from its start.
/// A private block of a VPC goes on in private space.
pub(in crate::app) fn next_free(
    joystick: &Joystick,
    within: Option<&[IpNet]>,
    used: &[IpNet],
    block: IpNet,
) -> Option<IpNet> {
    let mut at = block;
    // Each round leaves at least one used block behind.
    for _ in 0..=used.len() {
        let Ok(press) = joystick.press(at, Direction::Right) else {
            break;
        };
        at = press.block;
        let Some(holder) = used.iter().find(|other| overlap(**other, at)) else {
            let is_private = |block: IpNet| match block {
                IpNet::V4(block) => Space::of(block) == Space::Private,
                IpNet::V6(_) => true,
            };
            if within.is_none() && is_private(block) && !is_private(at) {
                break;
            }
            return Some(at);
        };
        if holder.prefix_len() < at.prefix_len()
            && let Ok(last) = IpNet::new(holder.broadcast(), at.prefix_len())
        {
            at = last.trunc();
        }
    }
    if let Some(within) = within {
        return first_free(within, used, block.prefix_len());
    }
    let mut used = used.to_vec();
    used.push(block);
    nearest_free_vpc(block, &used).filter(|found| joystick.allows(*found))
}

/// The field of a subnet's version 4 block, with its joystick.
pub(in crate::app) fn subnet_field(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    vpc: &Vpc,
    tier: &str,
    number: u16,
    state: &mut Blocks,
) {
    let Some(subnet) = vpc.tier(tier).and_then(|tier| tier.subnet(number)) else {
        return;
    };
    let within: Vec<IpNet> = vpc.blocks().map(IpNet::V4).collect();
    let joystick = Joystick::subnet(Family::V4, &within);
    let used = || -> Vec<IpNet> {
        let others = vpc
            .subnets()
            .filter(|(held, other)| held.name != tier || other.number != number)
            .map(|(_, other)| other.cidr);
        let held = vpc.held.iter().map(|held| held.cidr);
        let reserved = context.design().reserved.iter().map(|held| held.cidr);
        others.chain(held).map(IpNet::V4).chain(reserved).collect()
    };
    let name = format!("IPv4 block of {tier}{number}");
    let field = BlockField {
        id: subnet_id(ui, vpc, tier, number, "v4"),
        name: &name,
        value: subnet.cidr.into(),
        joystick: &joystick,
        writing: Writing::Whole(Family::V4),
        is_subnet: true,
        flags: &|block| flags_of_subnet(context, vpc, tier, number, block),
        next_free: &|block| next_free(&joystick, Some(&within), &used(), block),
    };
    if let Some((IpNet::V4(block), gesture)) = field.show(ui, state) {
        let (vpc, tier) = (vpc.id.clone(), tier.to_owned());
        let words = format!("move {tier}{number}");
        change(context, words, gesture, move |design| {
            design.set_subnet_block(&vpc, &tier, number, block)
        });
    }
}

/// The field of a subnet's part of the version 6 block, with its joystick. Shows nothing where it has none.
pub(in crate::app) fn subnet_part_field(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    vpc: &Vpc,
    tier: &str,
    number: u16,
    state: &mut Blocks,
) {
    let (base, writing) = match vpc.ipv6 {
        Ipv6::None => return,
        Ipv6::Amazon => (Writing::chosen_by_aws(), Writing::Part),
        Ipv6::Own(block) => (block, Writing::Whole(Family::V6)),
    };
    let Some(subnet) = vpc.tier(tier).and_then(|tier| tier.subnet(number)) else {
        return;
    };
    let Some(value) = subnet.ipv6.and_then(|part| part.within(base)) else {
        return;
    };
    let within = [IpNet::V6(base)];
    let joystick = Joystick::subnet(Family::V6, &within);
    let others: Vec<(IpNet, String)> = vpc
        .subnets()
        .filter(|(held, other)| held.name != tier || other.number != number)
        .filter_map(|(held, other)| {
            let block = other.ipv6?.within(base)?;
            Some((block.into(), subnet_name(context, vpc, held, other)))
        })
        .collect();
    let used: Vec<IpNet> = others.iter().map(|(block, _)| *block).collect();
    let name = format!("IPv6 block of {tier}{number}");
    let field = BlockField {
        id: subnet_id(ui, vpc, tier, number, "v6"),
        name: &name,
        value: value.into(),
        joystick: &joystick,
        writing,
        is_subnet: true,
        flags: &|block| part_flags(block, base, &others),
        next_free: &|block| next_free(&joystick, Some(&within), &used, block),
    };
    if let Some((IpNet::V6(block), gesture)) = field.show(ui, state)
        && let Some(part) = Ipv6Part::of(block, base)
    {
        let (vpc, tier) = (vpc.id.clone(), tier.to_owned());
        let words = format!("move {tier}{number} in the IPv6 block");
        change(context, words, gesture, move |design| {
            design.set_subnet_ipv6(&vpc, &tier, number, Some(part))
        });
    }
}

fn part_flags(block: IpNet, base: Ipv6Net, others: &[(IpNet, String)]) -> Vec<Flag> {
    let mut flags = Vec::new();
    let masks = Masks::subnet(Family::V6);
    if !masks.allows(block.prefix_len()) {
        flags.push(Flag::new(Role::Danger, format!("subnets are {masks}")));
    }
    if !IpNet::V6(base).contains(&block) {
        flags.push(Flag::new(Role::Danger, "not in the IPv6 block of its VPC"));
    }
    for (other, name) in others {
        if overlap(*other, block) {
            flags.push(Flag::new(Role::Danger, format!("overlaps {name}")));
        }
    }
    flags
}

/// A subnet may have a field in two panels at once, so that the panel is a part of the field's name.
fn subnet_id(ui: &Ui, vpc: &Vpc, tier: &str, number: u16, family: &str) -> Id {
    ui.make_persistent_id(("subnet block", vpc.id.as_str(), tier, number, family))
}

fn change(
    context: &DesignContext<'_>,
    words: String,
    gesture: Gesture,
    change: impl Fn(&mut Design) -> Result<(), crate::design::Refusal> + 'static,
) {
    context.edit(Edit::new(words, change).during(gesture));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    fn next(block: &str, within: Option<&str>, used: &[&str]) -> Option<String> {
        let within: Option<Vec<IpNet>> = within.map(|block| vec![net(block)]);
        let joystick = match &within {
            Some(within) => Joystick::subnet(Family::V4, within),
            None => Joystick::vpc(Family::V4),
        };
        let used: Vec<IpNet> = used.iter().map(|block| net(block)).collect();
        next_free(&joystick, within.as_deref(), &used, net(block)).map(|found| found.to_string())
    }

    #[test]
    fn the_next_free_block_is_the_first_to_the_right() {
        assert_eq!(next("10.0.0.0/16", None, &[]).unwrap(), "10.1.0.0/16");
        assert_eq!(
            next("10.0.0.0/16", None, &["10.1.0.0/16", "10.2.0.0/20"]).unwrap(),
            "10.3.0.0/16"
        );
        assert_eq!(
            next("10.0.0.0/16", None, &["10.0.0.0/9"]).unwrap(),
            "10.128.0.0/16"
        );
        assert_eq!(
            next("10.0.0.0/20", Some("10.0.0.0/16"), &["10.0.16.0/20"]).unwrap(),
            "10.0.32.0/20"
        );
    }

    #[test]
    fn private_blocks_go_on_in_private_space_and_subnets_begin_again() {
        let found = next("10.255.0.0/16", None, &[]).unwrap();
        assert!(found.starts_with("10."), "{found}");
        assert_eq!(
            next("10.0.240.0/20", Some("10.0.0.0/16"), &["10.0.0.0/20"]).unwrap(),
            "10.0.16.0/20"
        );
        assert_eq!(
            next("10.0.0.0/17", Some("10.0.0.0/16"), &["10.0.128.0/17"]).as_deref(),
            Some("10.0.0.0/17"),
            "the block itself is free, so it stays"
        );
    }
}
