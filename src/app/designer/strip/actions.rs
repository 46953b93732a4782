//! What can be done with the part of the address space that is chosen.

use super::super::super::look::SMALL;
use super::super::super::widgets;
use super::super::joystick::{Held, Row, fresh_gesture};
use super::super::{DesignContext, Edit};
use super::cell::{self, Inks};
use super::{Spot, Strip};
use crate::cidr::{Family, Joystick, SUBNET_MASKS_V4, address_count, usable_addresses};
use crate::design::{Color, Design, Occupant, Refusal, Segment, Tier, Vpc};
use crate::network::Text;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{
    Align, CornerRadius, Layout, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use ipnet::{IpNet, Ipv4Net};
use std::sync::Arc;

/// The most parts that a block is split into at once here: a VPC has 200 subnets at most unless AWS was asked for more.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>
const MOST_PARTS: u32 = 64;
/// From this width on, what can be done stands beside what is chosen and not below it.
const ROOMY: f32 = 640.0;

/// What this part of the panel remembers between frames.
#[derive(Default)]
pub(super) struct Actions {
    /// What the free block that is chosen is to become.
    wanted: Option<(Ipv4Net, Wanted)>,
    /// The words typed into the note of one block are one change.
    typing: Option<(Spot, Gesture)>,
    /// Whether the chosen block can be joined, and why not; asked once for each design.
    join: Option<(Arc<Design>, Spot, Result<(), String>)>,
    /// What is held of the joystick's buttons.
    held: Held,
}

/// What a free block is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    mask: u8,
    tier: Option<Text>,
    zone: Option<Text>,
}

pub(super) fn ui(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
) {
    egui::Frame::new()
        .fill(widgets::ink(ui, Ink::Card))
        .stroke(Stroke::new(1.0, widgets::ink(ui, Ink::Border)))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(egui::Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
            ui.spacing_mut().interact_size.y = 22.0;
            ui.spacing_mut().button_padding = vec2(8.0, 2.0);
            let is_roomy = ui.available_width() >= ROOMY;
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if close(ui) {
                        state.leave(context);
                    }
                    if is_roomy {
                        changes(context, ui, state, vpc, segment, true);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        head(ui, segment);
                    });
                });
            });
            if !is_roomy && matches!(segment.occupant, Occupant::Subnet { .. } | Occupant::Held) {
                ui.horizontal_wrapped(|ui| changes(context, ui, state, vpc, segment, false));
            }
            for fault in &segment.faults {
                let color = widgets::ink(ui, Ink::Word(Role::Danger));
                let words = RichText::new(fault.words()).size(SMALL).color(color);
                ui.add(egui::Label::new(words).wrap());
            }
            match &segment.occupant {
                Occupant::Subnet { .. } | Occupant::Held => {
                    ui.horizontal_wrapped(|ui| marks(context, ui, state, vpc, segment));
                }
                Occupant::Free => {
                    ui.horizontal_wrapped(|ui| free(context, ui, state, vpc, segment.block));
                }
                Occupant::Reserved => {
                    let note = if segment.note.is_empty() {
                        "It is among the reserved ranges of the plan.".to_owned()
                    } else {
                        format!("{} · among the reserved ranges of the plan", segment.note)
                    };
                    let words = widgets::small_muted(ui, widgets::shown(&note));
                    ui.add(egui::Label::new(words).wrap());
                }
            }
        });
}

/// What is chosen: a bar in its colour, its name, its block, and what is to be known of it.
fn head(ui: &mut Ui, segment: &Segment) {
    let (bar, _) = ui.allocate_exact_size(vec2(3.0, 16.0), Sense::hover());
    let strong = widgets::ink(ui, Inks::of(segment).strong);
    ui.painter().rect_filled(bar, CornerRadius::same(1), strong);
    let (title, about) = match &segment.occupant {
        Occupant::Subnet { zone, .. } => {
            let [_, ends] = super::facts(segment);
            let usable = grouped(usable_addresses(segment.block));
            let about = vec![
                format!("{zone} · {ends}"),
                format!("{zone} · {usable} usable"),
            ];
            (segment.label().to_string(), about)
        }
        occupant => {
            let title = match occupant {
                Occupant::Held => "Set aside",
                Occupant::Reserved => "In use elsewhere",
                _ => "Free",
            };
            let all = grouped(address_count(segment.block));
            (title.to_owned(), vec![format!("{all} addresses")])
        }
    };
    ui.label(widgets::semibold(title));
    ui.label(widgets::mono(segment.block.to_string()));
    // The longest words that fit are shown, and nothing where none do.
    let room = ui.available_width();
    let fits = |words: &String| {
        let color = widgets::ink(ui, Ink::TextMuted);
        let galley = widgets::fitted(ui, words, Font::Sans, SMALL, color, f32::INFINITY);
        galley.size().x <= room
    };
    if let Some(words) = about.iter().find(|words| fits(words)) {
        let words = widgets::small_muted(ui, words.as_str());
        ui.label(words);
    }
}

fn close(ui: &mut Ui) -> bool {
    let words = RichText::new("×")
        .size(15.0)
        .color(widgets::ink(ui, Ink::TextMuted));
    let button = egui::Button::new(words).frame_when_inactive(false);
    let response = ui.add(button).accessible_name("Close the row of the block");
    response.on_hover_text("Esc").clicked()
}

// --- changes ---

/// Buttons that change what is chosen; from right to left where `mirrored`.
fn changes(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
    mirrored: bool,
) {
    type Step = fn(&DesignContext<'_>, &mut Ui, &mut Strip, &Vpc, &Segment);
    if !matches!(segment.occupant, Occupant::Subnet { .. } | Occupant::Held) {
        return;
    }
    let mut steps: [Step; 4] = [step_buttons, split, join, remove];
    if mirrored {
        steps.reverse();
    }
    for step in steps {
        step(context, ui, state, vpc, segment);
    }
}

/// A change of the design that a press of a button makes; what stands at the block's first address is chosen then.
fn change(
    context: &DesignContext<'_>,
    ui: &Ui,
    state: &mut Strip,
    segment: &Segment,
    words: String,
    make: impl Fn(&mut Design) -> Result<(), Refusal> + 'static,
) {
    state.choose_next = Some((ui.ctx().cumulative_frame_nr(), segment.block.network()));
    context.edit(Edit::new(words, make));
}

/// The four buttons of the joystick: each goes to another block.
fn step_buttons(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
) {
    let spot = Spot::of(segment);
    if !matches!(spot, Spot::Subnet(..) | Spot::Held(_)) {
        return;
    }
    let within: Vec<IpNet> = vpc.blocks().map(IpNet::V4).collect();
    let joystick = Joystick::subnet(Family::V4, &within);
    let row = Row {
        id: egui::Id::unique("joystick of the chosen block"),
        name: &segment.label(),
        value: segment.block.into(),
        joystick: &joystick,
    };
    let Some((IpNet::V4(block), gesture)) = row.show(ui, &mut state.actions.held) else {
        return;
    };
    let id = vpc.id.clone();
    let edit = match spot {
        Spot::Subnet(tier, number) => Edit::new(format!("move {tier}{number}"), move |design| {
            design.set_subnet_block(&id, &tier, number, block)
        }),
        Spot::Held(from) => {
            let mut tried = Design::clone(context.design());
            if tried.move_held(&id, from, block).is_ok() {
                // It is known by its block, and chosen still.
                state.chosen = Some(Spot::Held(block));
                state.gone_to = Some(Spot::Held(block));
            }
            Edit::new(format!("move {from}"), move |design| {
                design.move_held(&id, from, block)
            })
        }
        Spot::Free(_) | Spot::Reserved(_) => return,
    };
    context.edit(edit.during(gesture));
}

fn split(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
) {
    let block = segment.block;
    let longest = *SUBNET_MASKS_V4.end();
    let choices: Vec<(u32, u8)> = (1_u8..=MOST_PARTS.ilog2() as u8)
        .filter_map(|bits| Some((1_u32 << bits, block.prefix_len().checked_add(bits)?)))
        .filter(|(_, mask)| *mask <= longest)
        .collect();
    if choices.is_empty() {
        let button = ui.add_enabled(false, egui::Button::new("Split"));
        button.on_disabled_hover_text("Its parts would be smaller than a /28");
        return;
    }
    ui.menu_button("Split…", |ui| {
        ui.set_min_width(150.0);
        for (parts, mask) in choices {
            let words = format!("{parts} blocks of /{mask}");
            if !ui.button(words).clicked() {
                continue;
            }
            let id = vpc.id.clone();
            match Spot::of(segment) {
                Spot::Subnet(tier, number) => {
                    let words = format!("split {tier}{number}");
                    change(context, ui, state, segment, words, move |design| {
                        design.split_subnet(&id, &tier, number, parts)
                    });
                }
                Spot::Held(block) => {
                    let words = format!("split {block}");
                    change(context, ui, state, segment, words, move |design| {
                        design.split_held(&id, block, parts)
                    });
                }
                Spot::Free(_) | Spot::Reserved(_) => {}
            }
            ui.close();
        }
    });
}

fn join(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Strip, vpc: &Vpc, segment: &Segment) {
    let spot = Spot::of(segment);
    let id = vpc.id.clone();
    let joined = {
        let spot = spot.clone();
        move |design: &mut Design| match &spot {
            Spot::Subnet(tier, number) => design.join_subnet(&id, tier, *number),
            Spot::Held(block) => design.join_held(&id, *block),
            Spot::Free(_) | Spot::Reserved(_) => Ok(()),
        }
    };
    let design = context.document.design();
    let is_known = state
        .actions
        .join
        .as_ref()
        .is_some_and(|(of, at, _)| Arc::ptr_eq(of, design) && *at == spot);
    if !is_known {
        // It is tried on a copy: the same rules decide as for the change itself.
        let outcome = joined(&mut design.as_ref().clone()).map_err(|refusal| refusal.to_string());
        state.actions.join = Some((Arc::clone(design), spot.clone(), outcome));
    }
    let refused = state
        .actions
        .join
        .as_ref()
        .and_then(|(.., outcome)| outcome.clone().err());
    let parent = segment.block.supernet();
    let words = parent.map_or_else(
        || "Join".to_owned(),
        |parent| format!("Join to /{}", parent.prefix_len()),
    );
    let button = ui.add_enabled(refused.is_none(), egui::Button::new(words));
    let button = match (&refused, parent) {
        (Some(why), _) => button.on_disabled_hover_text(widgets::shown(why)),
        (None, Some(parent)) => {
            button.on_hover_text(format!("Together with its sibling it becomes {parent}"))
        }
        (None, None) => button,
    };
    if button.clicked() {
        let words = format!("join {}", called(segment));
        change(context, ui, state, segment, words, joined);
    }
}

fn remove(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
) {
    let id = vpc.id.clone();
    match Spot::of(segment) {
        Spot::Subnet(tier, number) => {
            let button = ui.button("Remove");
            let is_last = vpc.tier(&tier).is_some_and(|tier| tier.subnets.len() == 1);
            let hint = if is_last {
                format!("The tier {tier} goes with its last subnet")
            } else {
                "The block becomes free; nothing else moves".to_owned()
            };
            if button.on_hover_text(hint).clicked() {
                let words = format!("remove {tier}{number}");
                change(context, ui, state, segment, words, move |design| {
                    design.remove_subnet(&id, &tier, number)
                });
            }
        }
        Spot::Held(block) => {
            let button = ui.button("Give back");
            let button = button.on_hover_text("The block becomes free");
            if button.clicked() {
                let words = format!("give {block} back");
                change(context, ui, state, segment, words, move |design| {
                    design.release(&id, block)
                });
            }
        }
        Spot::Free(_) | Spot::Reserved(_) => {}
    }
}

/// What undo calls a part: `private4`, else its block.
fn called(segment: &Segment) -> String {
    match segment.occupant {
        Occupant::Subnet { .. } => segment.label().to_string(),
        _ => segment.block.to_string(),
    }
}

// --- note and colour ---

/// Say something about a subnet or a set-aside block.
fn mark(
    id: &Text,
    spot: &Spot,
    set: impl Fn(&mut String, &mut Option<Color>) + 'static,
) -> impl Fn(&mut Design) -> Result<(), Refusal> + 'static {
    let (id, spot) = (id.clone(), spot.clone());
    move |design| {
        let vpc = design
            .vpc_mut(&id)
            .ok_or_else(|| Refusal::NoVpc(id.clone()))?;
        match &spot {
            Spot::Subnet(tier, number) => {
                let subnet = vpc.tier_mut(tier).and_then(|it| it.subnet_mut(*number));
                let subnet = subnet.ok_or_else(|| Refusal::NoSubnet(tier.clone(), *number))?;
                set(&mut subnet.note, &mut subnet.color);
            }
            Spot::Held(block) => {
                let held = vpc.held_mut(*block)?;
                set(&mut held.note, &mut held.color);
            }
            Spot::Free(_) | Spot::Reserved(_) => {}
        }
        Ok(())
    }
}

fn marks(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    state: &mut Strip,
    vpc: &Vpc,
    segment: &Segment,
) {
    let spot = Spot::of(segment);
    let mut note = segment.note.clone();
    let field = egui::TextEdit::singleline(&mut note)
        .hint_text("Note")
        .margin(egui::Margin::symmetric(8, 3))
        .desired_width(220.0);
    let field = ui.add(field).accessible_name("Note on the block");
    outline(ui, &field);
    if field.changed() {
        let gesture = match &state.actions.typing {
            Some((at, gesture)) if *at == spot => *gesture,
            _ => {
                let gesture = fresh_gesture();
                state.actions.typing = Some((spot.clone(), gesture));
                gesture
            }
        };
        let words = format!("note on {}", called(segment));
        let set = mark(&vpc.id, &spot, move |kept, _| kept.clone_from(&note));
        context.edit(Edit::new(words, set).during(gesture));
    }
    if field.lost_focus() {
        state.actions.typing = None;
    }
    ui.add_space(4.0);
    ui.spacing_mut().item_spacing.x = 2.0;
    let own = Color::ALL.into_iter().map(Some);
    for color in std::iter::once(None).chain(own) {
        if swatch(context, ui, color, segment.color == color) {
            let words = format!("colour of {}", called(segment));
            let set = mark(&vpc.id, &spot, move |_, kept| *kept = color);
            context.edit(Edit::new(words, set));
        }
    }
}

/// A field on a card has an outline of its own.
fn outline(ui: &Ui, field: &Response) {
    if !field.has_focus() {
        let border = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
        let inside = StrokeKind::Inside;
        ui.painter().rect_stroke(field.rect, 6.0, border, inside);
    }
}

fn swatch(context: &DesignContext<'_>, ui: &mut Ui, color: Option<Color>, is_chosen: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(20.0, 22.0), Sense::click());
    let name = color.map_or("No colour of its own", color_name);
    response.widget_info(|| WidgetInfo::selected(egui::Role::RadioButton, true, is_chosen, name));
    cell::dot(ui.painter(), context.app.theme, rect.center(), color);
    let accent = widgets::ink(ui, Ink::Accent);
    if is_chosen {
        let pen = Stroke::new(2.0, accent);
        ui.painter().circle_stroke(rect.center(), 9.0, pen);
    } else if response.has_focus() || response.hovered() {
        let pen = Stroke::new(1.0, accent);
        ui.painter().circle_stroke(rect.center(), 9.0, pen);
    }
    response.on_hover_text(name).clicked()
}

fn color_name(color: Color) -> &'static str {
    match color {
        Color::Red => "Red",
        Color::Orange => "Orange",
        Color::Yellow => "Yellow",
        Color::Green => "Green",
        Color::Teal => "Teal",
        Color::Blue => "Blue",
        Color::Purple => "Purple",
        Color::Pink => "Pink",
        Color::Brown => "Brown",
        Color::Gray => "Grey",
    }
}

// --- free space ---

/// A free block: a subnet can be put there, or it can be set aside.
fn free(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Strip, vpc: &Vpc, free: Ipv4Net) {
    let Some(masks) = masks_in(free) else {
        let words = widgets::small_muted(ui, "It is smaller than a subnet can be.");
        ui.label(words);
        return;
    };
    let mut wanted = match &state.actions.wanted {
        Some((block, wanted)) if *block == free => wanted.clone(),
        _ => proposal(vpc, free, &masks),
    };
    // What was chosen may have gone meanwhile.
    let usual = proposal(vpc, free, &masks);
    if wanted.tier.as_ref().is_none_or(|it| vpc.tier(it).is_none()) {
        wanted.tier = usual.tier;
    }
    if wanted
        .zone
        .as_ref()
        .is_none_or(|it| !vpc.zones.contains(it))
    {
        wanted.zone = usual.zone;
    }
    if !masks.contains(&wanted.mask) {
        wanted.mask = usual.mask;
    }

    let size = |mask: u8| {
        let usable = Ipv4Net::new(free.network(), mask).map_or(0, usable_addresses);
        format!("/{mask} · {} usable", grouped(usable))
    };
    picker(ui, "Size", &size(wanted.mask), 132.0, |ui| {
        for &mask in &masks {
            ui.selectable_value(&mut wanted.mask, mask, size(mask));
        }
    });
    let Ok(block) = Ipv4Net::new(free.network(), wanted.mask) else {
        return;
    };
    let is_whole = block == free;
    let hold = ui.button("Set aside");
    let hold = hold.on_hover_text(format!("No subnet is put into {block} by itself then"));
    if hold.clicked() {
        let id = vpc.id.clone();
        at(
            context,
            ui,
            state,
            block,
            format!("set {block} aside"),
            move |design| design.hold(&id, block, ""),
        );
    }
    separator(ui);
    let tier = wanted.tier.clone();
    let shown = tier.as_deref().unwrap_or("no tier").to_owned();
    picker(ui, "Tier", &shown, 92.0, |ui| {
        for tier in &vpc.tiers {
            let choice = Some(tier.name.clone());
            ui.selectable_value(&mut wanted.tier, choice, tier.name.as_str());
        }
    });
    if wanted.tier != tier {
        // Another tier has other needs, unless they were said.
        let other = wanted.tier.as_deref().and_then(|name| vpc.tier(name));
        wanted.zone = other.and_then(|tier| emptiest_zone(vpc, tier));
    }
    let shown = wanted.zone.as_deref().unwrap_or("no zone").to_owned();
    picker(ui, "Zone", &shown, 104.0, |ui| {
        for zone in &vpc.zones {
            ui.selectable_value(&mut wanted.zone, Some(zone.clone()), zone.as_str());
        }
    });
    let both = wanted.tier.clone().zip(wanted.zone.clone());
    let add = ui.add_enabled(both.is_some(), egui::Button::new("Add subnet here"));
    let add = add.on_disabled_hover_text("The VPC has no tier yet; add one in the form");
    let add = add.on_hover_text(if is_whole {
        format!("It gets {block}, all of the free block")
    } else {
        format!("It gets {block}, the first part of the free block")
    });
    if let (true, Some((tier, zone))) = (add.clicked(), both) {
        let id = vpc.id.clone();
        let words = format!("add a subnet to {tier}");
        at(context, ui, state, block, words, move |design| {
            design
                .add_subnet(&id, &tier, &zone, Some(block))
                .map(|_| ())
        });
    }
    state.actions.wanted = Some((free, wanted));
}

/// A change that puts something at a block, which is chosen then.
fn at(
    context: &DesignContext<'_>,
    ui: &Ui,
    state: &mut Strip,
    block: Ipv4Net,
    words: String,
    make: impl Fn(&mut Design) -> Result<(), Refusal> + 'static,
) {
    state.choose_next = Some((ui.ctx().cumulative_frame_nr(), block.network()));
    context.edit(Edit::new(words, make));
}

/// A list to choose from, called by its name.
fn picker(ui: &mut Ui, name: &str, shown: &str, width: f32, choices: impl FnOnce(&mut Ui)) {
    let list = egui::ComboBox::from_id_salt(("free block", name))
        .selected_text(shown)
        .width(width)
        .truncate();
    let response = list.show_ui(ui, choices).response;
    response.accessible_name(name).on_hover_text(name);
}

fn separator(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(5.0, 22.0), Sense::hover());
    let line = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
    let middle = Rect::from_center_size(rect.center(), vec2(0.0, 16.0));
    let ends = [
        pos2(middle.center().x, middle.top()),
        pos2(middle.center().x, middle.bottom()),
    ];
    ui.painter().line_segment(ends, line);
}

/// The masks of subnets that fit into a block, the shortest first.
fn masks_in(block: Ipv4Net) -> Option<Vec<u8>> {
    let shortest = block.prefix_len().max(*SUBNET_MASKS_V4.start());
    let masks: Vec<u8> = (shortest..=*SUBNET_MASKS_V4.end()).collect();
    (!masks.is_empty()).then_some(masks)
}

/// What a free block most likely is to become: a subnet of the tier in whose run it lies, of that tier's size, in the
/// zone that has the fewest of them.
fn proposal(vpc: &Vpc, free: Ipv4Net, masks: &[u8]) -> Wanted {
    let in_run = |tier: &&Tier| tier.run.is_some_and(|run| run.contains(&free));
    let tier = vpc.tiers.iter().find(in_run).or_else(|| vpc.tiers.first());
    let mask = tier.map_or(free.prefix_len(), |tier| tier.mask);
    let (first, last) = (masks.first().copied(), masks.last().copied());
    let mask = mask.clamp(
        first.unwrap_or(mask),
        last.unwrap_or(mask).max(first.unwrap_or(mask)),
    );
    Wanted {
        mask,
        tier: tier.map(|tier| tier.name.clone()),
        zone: tier.and_then(|tier| emptiest_zone(vpc, tier)),
    }
}

fn emptiest_zone(vpc: &Vpc, tier: &Tier) -> Option<Text> {
    let fewest = vpc
        .zones
        .iter()
        .min_by_key(|zone| tier.in_zone(zone).count());
    fewest.cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Fresh, usual_zones};

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    #[test]
    fn a_free_block_is_proposed_to_the_tier_whose_run_it_is_in() {
        let mut options = Fresh::in_region("eu-west-1");
        options.zones = usual_zones("eu-west-1").take(3).collect();
        let mut design = Design::fresh(&options).unwrap();
        design.remove_subnet("main", "private", 2).unwrap();
        let vpc = &design.vpcs[0];
        let free = net("10.0.144.0/20");
        let wanted = proposal(vpc, free, &masks_in(free).unwrap());
        let private = Wanted {
            mask: 20,
            tier: Some("private".into()),
            zone: Some("eu-west-1b".into()),
        };
        assert_eq!(wanted, private);
        let small = net("10.0.48.0/26");
        let wanted = proposal(vpc, small, &masks_in(small).unwrap());
        assert_eq!((wanted.mask, wanted.tier.as_deref()), (26, Some("public")));
    }

    #[test]
    fn what_is_smaller_than_a_subnet_has_no_sizes() {
        assert_eq!(masks_in(net("10.0.0.0/29")), None);
        assert_eq!(masks_in(net("10.0.0.0/27")), Some(vec![27, 28]));
        assert_eq!(masks_in(net("10.0.0.0/15")).unwrap()[0], 16);
    }
}
