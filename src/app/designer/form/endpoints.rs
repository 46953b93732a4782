//! Endpoints: gateway and interface ones, and the preset for the console.

use super::super::super::widgets::{self, Row};
use super::parts::{self, Chip, GAP, Line, Pressed};
use super::{Form, Section, id};
use crate::design::{
    Endpoint, Field, GatewayService, SERVICES, Service, Vpc, endpoint_key, gateway_endpoint_key,
    inner_tier, service_title, usual_private_dns,
};
use crate::network::Text;
use crate::picture::diagram::Role;
use eframe::egui;
use egui::{Ui, vec2};

/// What is remembered while an endpoint is being added.
#[derive(Debug, Default)]
pub(super) struct Adding {
    is_open: bool,
    search: String,
    /// The tier that it goes into, where it is not the usual one.
    tier: Option<Text>,
    wants_keys: bool,
}

const GATEWAYS: [(GatewayService, &str); 2] = [
    (GatewayService::S3, "S3"),
    (GatewayService::Dynamodb, "DynamoDB"),
];

impl Section<'_> {
    pub(super) fn endpoints(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        parts::label(ui, "Endpoints", "");
        let chips = vpc.gateway_endpoints.len()
            + vpc.endpoints.len()
            + usize::from(vpc.resolver.is_some())
            + vpc.private_zones.len();
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 5.0);
            for (service, title) in GATEWAYS {
                if !vpc.gateway_endpoints.contains(&service) {
                    continue;
                }
                let chip = Chip {
                    words: &format!("{title} gateway · free"),
                    role: Role::Endpoint,
                    name: &format!("{title} gateway endpoint"),
                    leads: true,
                };
                match chip.show(ui) {
                    Some(Pressed::Words) => self.reveal(gateway_endpoint_key(vpc, service)),
                    Some(Pressed::Cross) => {
                        let words = format!("remove the {title} endpoint");
                        self.change_vpc(vpc, &words, None, move |vpc| {
                            vpc.gateway_endpoints.retain(|held| *held != service);
                        });
                    }
                    None => {}
                }
            }
            for endpoint in &vpc.endpoints {
                let words = format!("{} · {}", endpoint.service, endpoint.tier);
                let chip = Chip {
                    words: &widgets::shown(&words),
                    role: Role::Endpoint,
                    name: &format!("{} endpoint", endpoint.service),
                    leads: true,
                };
                match chip.show(ui) {
                    Some(Pressed::Words) => self.reveal(endpoint_key(vpc, endpoint)),
                    Some(Pressed::Cross) => {
                        let service = endpoint.service.clone();
                        let words = format!("remove the {service} endpoint");
                        self.change_vpc(vpc, &words, None, move |vpc| {
                            vpc.endpoints.retain(|held| held.service != service);
                        });
                    }
                    None => {}
                }
            }
            if let Some(resolver) = &vpc.resolver {
                let chip = Chip {
                    words: &widgets::shown(&format!("DNS resolver · {}", resolver.tier)),
                    role: Role::Endpoint,
                    name: "resolver endpoint",
                    leads: false,
                };
                if chip.show(ui).is_some() {
                    self.change_vpc(vpc, "remove the resolver endpoint", None, |vpc| {
                        vpc.resolver = None;
                    });
                }
            }
            for zone in &vpc.private_zones {
                let chip = Chip {
                    words: &widgets::shown(&format!("zone {zone}")),
                    role: Role::Neutral,
                    name: &widgets::shown(&format!("private zone {zone}")),
                    leads: false,
                };
                if chip.show(ui).is_some() {
                    let zone = zone.clone();
                    self.change_vpc(vpc, "remove a private zone", None, move |vpc| {
                        vpc.private_zones.retain(|held| *held != zone);
                    });
                }
            }
            // Beside the first chip, and below as soon as there are more.
            if chips < 2 {
                Self::add_link(ui, state);
            }
        });
        if chips >= 2 {
            Self::add_link(ui, state);
        }
        if state.endpoints.is_open {
            ui.add_space(2.0);
            let is_new = state.endpoints.wants_keys;
            let top = ui.cursor().min;
            parts::card(ui, |ui| self.adding(ui, state, vpc));
            if is_new {
                // All of it, not only the field that has the keyboard.
                let end = egui::pos2(ui.max_rect().right(), ui.cursor().min.y);
                ui.scroll_to_rect(egui::Rect::from_min_max(top, end), None);
            }
        }
        parts::problems(self.context, ui, Field::GatewayEndpoints);
        parts::problems(self.context, ui, Field::Endpoints);
        parts::problems(self.context, ui, Field::Resolver);
        ui.add_space(GAP);
    }

    fn adding(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        let adding = &mut state.endpoints;
        let usual = inner_tier(vpc).or_else(|| vpc.tiers.first());
        let chosen = adding.tier.as_deref().and_then(|name| vpc.tier(name));
        let tier: Option<Text> = chosen.or(usual).map(|tier| tier.name.clone());
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 62.0).max(80.0);
            let field = egui::TextEdit::singleline(&mut adding.search)
                .id(id(vpc, "search services"))
                .hint_text("Search services")
                .margin(egui::Margin::symmetric(9, 4))
                .desired_width(width);
            let field = ui.add(field).accessible_name("Search services");
            if std::mem::take(&mut adding.wants_keys) {
                field.request_focus();
            }
            if ui.button("Done").clicked() {
                adding.is_open = false;
            }
        });
        if let Some(tier) = &tier {
            let choices: Vec<(Text, String)> = vpc
                .tiers
                .iter()
                .map(|tier| (tier.name.clone(), tier.name.to_string()))
                .collect();
            ui.horizontal(|ui| {
                let words = widgets::small_muted(ui, "In the tier");
                ui.label(words);
                let salt = id(vpc, "endpoint tier");
                let name = "Tier of the endpoint";
                if let Some(picked) = parts::pick(ui, salt, name, 120.0, &choices, tier) {
                    adding.tier = Some(picked);
                }
            });
        } else {
            parts::note(ui, "Interface endpoints need a tier; add subnets first.");
        }
        let wanted = adding.search.trim().to_lowercase();
        egui::ScrollArea::vertical()
            .id_salt("services")
            .max_height(210.0)
            .min_scrolled_height(210.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                self.services(ui, vpc, tier.as_ref(), &wanted);
            });
        ui.add_space(2.0);
        let words = "Private console access";
        let can = inner_tier(vpc).is_some();
        let preset = ui
            .add_enabled(can, egui::Button::new(words))
            .on_hover_text("Endpoints for the console and for signing in, a resolver inbound endpoint, and the private zones that lead there")
            .on_disabled_hover_text("It needs a private or isolated tier; add one first.");
        if preset.clicked() {
            let id = vpc.id.clone();
            self.change("add private console access", None, move |design| {
                design.add_private_access(&id)
            });
        }
    }

    /// What opens the list of services.
    fn add_link(ui: &mut Ui, state: &mut Form) {
        if !state.endpoints.is_open && widgets::link(ui, "+ Add endpoint").clicked() {
            state.endpoints = Adding {
                is_open: true,
                wants_keys: true,
                ..Adding::default()
            };
        }
    }

    /// The services that fit what is searched for and that the VPC has no endpoint to.
    fn services(&self, ui: &mut Ui, vpc: &Vpc, tier: Option<&Text>, wanted: &str) {
        let mut is_empty = true;
        for (service, title) in GATEWAYS {
            let fits = format!("{title} gateway").to_lowercase().contains(wanted);
            if !fits || vpc.gateway_endpoints.contains(&service) {
                continue;
            }
            is_empty = false;
            let title = format!("{title} gateway");
            if service_row(ui, &title, "free") {
                let words = format!("add the {title} endpoint");
                self.change_vpc(vpc, &words, None, move |vpc| {
                    vpc.gateway_endpoints.push(service);
                    vpc.gateway_endpoints.sort();
                });
            }
        }
        let Some(tier) = tier else {
            return;
        };
        for service in found(wanted) {
            if vpc.endpoints.iter().any(|it| it.service == service.name) {
                continue;
            }
            is_empty = false;
            if service_row(ui, service.title, service.name) {
                self.add_endpoint(vpc, service.name, tier);
            }
        }
        // What is not listed can be asked for by name.
        let can_be_name = wanted.len() > 2
            && wanted
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || "-._".contains(it));
        let is_there = vpc.endpoints.iter().any(|it| it.service == wanted);
        if can_be_name && service_title(wanted).is_none() && !is_there {
            is_empty = false;
            if service_row(ui, &format!("Use “{wanted}”"), "by name") {
                self.add_endpoint(vpc, wanted, tier);
            }
        }
        if is_empty {
            parts::note(ui, "No service is called so.");
        }
    }

    fn add_endpoint(&self, vpc: &Vpc, service: &str, tier: &Text) {
        let endpoint = Endpoint {
            service: service.into(),
            tier: tier.clone(),
            private_dns: usual_private_dns(service),
        };
        let words = format!("add the {service} endpoint");
        self.change_vpc(vpc, &words, None, move |vpc| {
            vpc.endpoints.push(endpoint.clone());
        });
    }

    /// What is to be set of each interface endpoint, in a fold.
    pub(super) fn endpoint_details(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        if vpc.endpoints.is_empty() && vpc.resolver.is_none() && vpc.private_zones.is_empty() {
            return;
        }
        let Form { open, lines, .. } = state;
        let note = widgets::count(vpc.endpoints.len(), "endpoint");
        parts::fold(ui, open, "Interface endpoints", &note, |ui| {
            let choices: Vec<(Text, String)> = vpc
                .tiers
                .iter()
                .map(|tier| (tier.name.clone(), tier.name.to_string()))
                .collect();
            for (at, endpoint) in vpc.endpoints.iter().enumerate() {
                let service = endpoint.service.as_str();
                parts::card(ui, |ui| {
                    let title = service_title(service).unwrap_or(service);
                    parts::label(ui, &widgets::shown(title), service);
                    ui.horizontal(|ui| {
                        let salt = id(vpc, &format!("tier of endpoint {at}"));
                        let name = format!("Tier of the {service} endpoint");
                        let now = &endpoint.tier;
                        if let Some(tier) = parts::pick(ui, salt, &name, 100.0, &choices, now) {
                            let words = format!("move the {service} endpoint");
                            self.change_vpc(vpc, &words, None, move |vpc| {
                                if let Some(endpoint) = vpc.endpoints.get_mut(at) {
                                    endpoint.tier = tier.clone();
                                }
                            });
                        }
                        if let Some(is_on) = parts::tick(ui, endpoint.private_dns, "Private DNS") {
                            let words = format!("change the {service} endpoint");
                            self.change_vpc(vpc, &words, None, move |vpc| {
                                if let Some(endpoint) = vpc.endpoints.get_mut(at) {
                                    endpoint.private_dns = is_on;
                                }
                            });
                        }
                    });
                });
            }
            if let Some(resolver) = &vpc.resolver {
                ui.horizontal(|ui| {
                    ui.label("Resolver in");
                    let salt = id(vpc, "tier of the resolver");
                    let name = "Tier of the resolver endpoint";
                    if let Some(tier) = parts::pick(ui, salt, name, 120.0, &choices, &resolver.tier)
                    {
                        self.change_vpc(vpc, "move the resolver endpoint", None, move |vpc| {
                            if let Some(resolver) = &mut vpc.resolver {
                                resolver.tier = tier.clone();
                            }
                        });
                    }
                });
            }
            parts::label(ui, "Private zones", "");
            let zones: Vec<&str> = vpc.private_zones.iter().map(Text::as_str).collect();
            let zones = zones.join(", ");
            let line = Line {
                id: id(vpc, "private zones"),
                name: "Private zones",
                value: &zones,
                hint: "example.internal",
                ..Line::default()
            };
            if let Some(typed) = lines.show(ui, &line) {
                let zones: Vec<Text> = typed
                    .text
                    .split([',', ' '])
                    .map(str::trim)
                    .filter(|zone| !zone.is_empty())
                    .map(Text::from)
                    .collect();
                let words = "change the private zones";
                self.change_vpc(vpc, words, Some(typed.gesture), move |vpc| {
                    vpc.private_zones.clone_from(&zones);
                });
            }
        });
    }
}

/// The services that fit what is searched for: first those whose short name begins so, the shortest before the others.
fn found(wanted: &str) -> Vec<&'static Service> {
    let fits = |service: &&Service| {
        service.name.contains(wanted) || service.title.to_lowercase().contains(wanted)
    };
    let mut found: Vec<&Service> = SERVICES.iter().filter(fits).collect();
    if !wanted.is_empty() {
        found.sort_by_key(|service| match service.name.strip_prefix(wanted) {
            Some(rest) => (0, rest.len()),
            None => (1, 0),
        });
    }
    found
}

fn service_row(ui: &mut Ui, title: &str, caption: &str) -> bool {
    let name = format!("Add endpoint {title}");
    let row = Row {
        title,
        caption,
        role: Some(Role::Endpoint),
        clickable: true,
        name: Some(name),
        ..Row::default()
    };
    widgets::row(ui, &row).clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_found_by_name_and_by_title() {
        let names = |wanted: &str| -> Vec<&str> {
            let found = found(wanted).into_iter();
            found.map(|service| service.name).collect()
        };
        assert_eq!(names("ssm").first(), Some(&"ssm"));
        assert!(names("systems manager").contains(&"ec2messages"));
        assert_eq!(names("").len(), SERVICES.len());
        assert!(names("no such service").is_empty());
    }
}
