//! Routes, entries of network ACLs and rules of security groups, as rows.

use super::Page;
use crate::app::context::Action;
use crate::app::widgets::{self, Row};
use crate::network::{
    AclAction, AclEntry, Destination, Key, Kind, Known, Route, RouteOrigin, RouteState, RulePeer,
    SecurityGroupRule, Target,
};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use eframe::egui;
use egui::Ui;

impl Page<'_> {
    /// The routes of a table.
    pub(super) fn routes(&self, ui: &mut Ui, title: &str, routes: &Known<Vec<Route>>) {
        let Some(known) = routes.value() else {
            widgets::section(ui, title, "");
            self.unread(ui);
            return;
        };
        let active = known.iter().filter(|route| route.is_active()).count();
        widgets::section(ui, title, &format!("{active} active"));
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for route in known {
                self.route(ui, route);
            }
        });
    }

    fn route(&self, ui: &mut Ui, route: &Route) {
        let destination = match &route.destination {
            Destination::PrefixList(list) => {
                self.opened.name(&Key::new(Kind::PrefixList, list.clone()))
            }
            other => other.to_string(),
        };
        let (target, key) = match &route.target {
            Target::Resource(key) => (self.opened.name(key), Some(key)),
            other => (other.to_string(), None),
        };
        let is_dead = route.state == RouteState::Blackhole;
        let words = if is_dead {
            format!("{target} · blackhole")
        } else {
            target.clone()
        };
        let clickable = key.is_some_and(|key| self.opened.is_known(key));
        let ink = match (is_dead, key) {
            (true, _) => Ink::Word(Role::Danger),
            (false, Some(key)) if clickable => Ink::Word(self.opened.role(key)),
            _ => Ink::TextMuted,
        };
        let row = Row {
            title: &destination,
            caption: &words,
            role: is_dead.then_some(Role::Danger),
            filled: true,
            mono: true,
            caption_ink: Some(ink),
            clickable,
            name: Some(format!("Route {destination} to {words}")),
            ..Row::default()
        };
        let response = widgets::row(ui, &row);
        if let Some(key) = key {
            self.listed.borrow_mut().insert(key.clone());
            if response.clicked() && clickable {
                self.app.send(Action::Reveal(key.clone()));
            }
        }
        response.on_hover_ui(|ui| {
            ui.label(format!("{} → {target}", route.destination));
            let origin = match &route.origin {
                RouteOrigin::CreateRouteTable => "made with the table",
                RouteOrigin::CreateRoute => "written by somebody",
                RouteOrigin::EnableVgwRoutePropagation => "propagated by a VPN gateway",
                RouteOrigin::Advertisement => "learnt from a route server",
                RouteOrigin::Other(word) => word.as_str(),
            };
            let words = widgets::small_muted(ui, format!("{}, {origin}", route.state));
            ui.label(words);
            if let Some(key) = key {
                let words = widgets::small_muted(ui, format!("{} {}", key.kind.singular(), key.id));
                ui.label(words);
            }
        });
    }

    /// The entries of a network ACL in one direction.
    pub(super) fn entries(
        &self,
        ui: &mut Ui,
        title: &str,
        entries: &Known<Vec<AclEntry>>,
        egress: bool,
    ) {
        let Some(known) = entries.value() else {
            widgets::section(ui, title, "");
            self.unread(ui);
            return;
        };
        let entries: Vec<&AclEntry> = known
            .iter()
            .filter(|entry| entry.egress == egress)
            .collect();
        widgets::section(ui, title, &entries.len().to_string());
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for entry in entries {
                let number = if entry.number == 32_767 {
                    "*".to_owned()
                } else {
                    entry.number.to_string()
                };
                let ports = ports(
                    &entry.protocol,
                    entry
                        .ports
                        .map(|(from, to)| (i32::from(from), i32::from(to))),
                    entry.icmp,
                );
                let far = entry
                    .cidr
                    .map_or_else(|| "anywhere".to_owned(), |cidr| cidr.to_string());
                let (word, role) = match entry.action {
                    AclAction::Allow => ("allow", Role::Public),
                    AclAction::Deny => ("deny", Role::Danger),
                };
                let title = format!("{number}  {ports}");
                let caption = format!("{far}  {word}");
                let row = Row {
                    title: &title,
                    caption: &caption,
                    role: Some(role),
                    mono: true,
                    name: Some(format!("Rule {number}: {word} {ports} {far}")),
                    ..Row::default()
                };
                widgets::row(ui, &row);
            }
        });
    }

    /// The rules of a security group in one direction.
    pub(super) fn rules(&self, ui: &mut Ui, title: &str, rules: &Known<Vec<SecurityGroupRule>>) {
        let Some(known) = rules.value() else {
            widgets::section(ui, title, "");
            self.unread(ui);
            return;
        };
        widgets::section(ui, title, &known.len().to_string());
        if known.is_empty() {
            Self::none(ui, "None: nothing is let through.");
        }
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            for rule in known {
                self.rule(ui, rule);
            }
        });
    }

    fn rule(&self, ui: &mut Ui, rule: &SecurityGroupRule) {
        let span = rule
            .from_port
            .zip(rule.to_port)
            .filter(|(from, _)| *from >= 0);
        let is_icmp = matches!(rule.protocol.as_str(), "icmp" | "icmpv6" | "1" | "58");
        let ports = ports(
            &rule.protocol,
            span.filter(|_| !is_icmp),
            span.filter(|_| is_icmp),
        );
        let (far, key) = match &rule.peer {
            RulePeer::Block(block) => (block.to_string(), None),
            RulePeer::Group(id) => {
                let key = Key::new(Kind::SecurityGroup, id.clone());
                (self.opened.name(&key), Some(key))
            }
            RulePeer::PrefixList(id) => {
                let key = Key::new(Kind::PrefixList, id.clone());
                (self.opened.name(&key), Some(key))
            }
        };
        let is_open =
            matches!(&rule.peer, RulePeer::Block(block) if crate::cidr::is_default(*block));
        let clickable = key.as_ref().is_some_and(|key| self.opened.is_known(key));
        let ink = if clickable {
            Ink::Accent
        } else if is_open {
            Ink::Word(Role::Warn)
        } else {
            Ink::TextMuted
        };
        let row = Row {
            title: &ports,
            caption: &far,
            filled: true,
            mono: true,
            caption_ink: Some(ink),
            clickable,
            name: Some(format!("Rule {ports} {far}")),
            ..Row::default()
        };
        let mut response = widgets::row(ui, &row);
        if let Some(description) = rule
            .description
            .as_deref()
            .filter(|words| !words.is_empty())
        {
            response = response.on_hover_text(widgets::shown(description));
        }
        if let Some(key) = key {
            if response.clicked() && clickable {
                self.app.send(Action::Reveal(key.clone()));
            }
            self.listed.borrow_mut().insert(key);
        }
    }
}

/// A protocol with its ports or types, as people write it: `tcp 443`, `udp 1024-65535`, `all traffic`.
fn ports(protocol: &str, ports: Option<(i32, i32)>, icmp: Option<(i32, i32)>) -> String {
    let name = match protocol {
        "-1" => return "all traffic".to_owned(),
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        "50" => "esp",
        "51" => "ah",
        "47" => "gre",
        other => other,
    };
    match (ports, icmp) {
        (Some((0, 65_535)), _) | (None, None | Some((-1, _))) => format!("{name} all"),
        (Some((from, to)), _) if from == to => format!("{name} {from}"),
        (Some((from, to)), _) => format!("{name} {from}-{to}"),
        (None, Some((kind, -1))) => format!("{name} type {kind}"),
        (None, Some((kind, code))) => format!("{name} type {kind} code {code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::ports;

    #[test]
    fn ports_read_as_people_write_them() {
        assert_eq!(ports("-1", None, None), "all traffic");
        assert_eq!(ports("6", Some((443, 443)), None), "tcp 443");
        assert_eq!(ports("udp", Some((1024, 65535)), None), "udp 1024-65535");
        assert_eq!(ports("tcp", Some((0, 65535)), None), "tcp all");
        assert_eq!(ports("1", None, Some((-1, -1))), "icmp all");
        assert_eq!(ports("icmp", None, Some((3, 4))), "icmp type 3 code 4");
        assert_eq!(ports("132", None, None), "132 all");
    }
}
