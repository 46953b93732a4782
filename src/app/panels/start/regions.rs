//! Which regions of the accounts are asked: that of the profile, some that are named, or all that are enabled.

use crate::app::widgets;
use crate::design::REGIONS;
use crate::workspace::Regions;
use eframe::egui;
use egui::{Key, Ui};

/// How the regions are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    /// By the profile.
    #[default]
    Own,
    /// By name.
    Named,
    /// By the account: those that it has switched on.
    All,
}

/// The choice of regions.
#[derive(Debug, Default)]
pub(super) struct RegionChoice {
    way: Way,
    /// What was named, as it was typed.
    named: String,
    /// The field of names is to get the keyboard.
    wants_name: bool,
}

impl From<Regions> for RegionChoice {
    fn from(regions: Regions) -> Self {
        let (way, named) = match regions {
            Regions::Default => (Way::Own, String::new()),
            Regions::Named(named) => (Way::Named, named.join(", ")),
            Regions::All => (Way::All, String::new()),
        };
        Self {
            way,
            named,
            wants_name: false,
        }
    }
}

impl RegionChoice {
    /// As SOURCE writes it, or what to do first.
    pub(super) fn text(&self) -> Result<String, String> {
        match self.way {
            Way::Own => Ok(String::new()),
            Way::All => Ok("all".to_owned()),
            Way::Named => {
                let codes = self.codes();
                if codes.is_empty() {
                    Err("no region is named; choose some, or take that of the profile".to_owned())
                } else {
                    Ok(codes.join(","))
                }
            }
        }
    }

    /// The regions that are named, where they are.
    pub(super) fn named(&self) -> Vec<&str> {
        if self.way == Way::Named {
            self.codes()
        } else {
            Vec::new()
        }
    }

    fn codes(&self) -> Vec<&str> {
        self.named
            .split([',', ' '])
            .filter(|code| !code.is_empty())
            .collect()
    }

    fn toggle(&mut self, code: &str) {
        let mut codes = self.codes();
        let before = codes.len();
        codes.retain(|held| *held != code);
        if codes.len() == before {
            codes.push(code);
        }
        self.named = codes.join(", ");
    }

    /// The choice; `own` is the region of the profile. True when Enter was pressed in it.
    pub(super) fn ui(&mut self, ui: &mut Ui, own: Option<&str>) -> bool {
        let words = widgets::small_muted(ui, "Regions");
        ui.label(words);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.radio_value(&mut self.way, Way::Own, "Of the profile")
                .on_hover_text(match own {
                    Some(region) => format!("The profile names {region}"),
                    None => "The one that the profile or AWS_REGION names".to_owned(),
                });
            if ui.radio_value(&mut self.way, Way::Named, "These").clicked() {
                self.wants_name = self.named.is_empty();
            }
            ui.radio_value(&mut self.way, Way::All, "All enabled")
                .on_hover_text("Every region that the account has switched on");
        });
        if self.way != Way::Named {
            return false;
        }
        ui.horizontal(|ui| {
            const CHOOSE: f32 = 84.0;
            let field = egui::TextEdit::singleline(&mut self.named)
                .hint_text("eu-west-1, us-east-1")
                .font(egui::TextStyle::Monospace)
                .desired_width(ui.available_width() - CHOOSE - 26.0)
                .margin(egui::Margin::symmetric(9, 5));
            let field = ui.add(field).accessible_name("Named regions");
            if std::mem::take(&mut self.wants_name) {
                field.request_focus();
            }
            let choose = ui
                .button("Choose…")
                .on_hover_text("Known regions, by partition");
            egui::Popup::menu(&choose)
                .align(egui::RectAlign::BOTTOM_END)
                .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
                .width(300.0)
                .show(|ui| self.list_ui(ui, own));
            field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
        })
        .inner
    }

    /// The known regions with a tick each. Credentials are good for one partition, so that of the profile comes first.
    fn list_ui(&mut self, ui: &mut Ui, own: Option<&str>) {
        ui.set_min_width(286.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        egui::ScrollArea::vertical()
            .max_height(340.0)
            .min_scrolled_height(340.0)
            .show(ui, |ui| {
                let first = own.map(partition);
                let mut partitions = PARTITIONS.to_vec();
                partitions.sort_by_key(|(code, _)| Some(*code) != first);
                for (code, title) in partitions {
                    ui.add_space(4.0);
                    widgets::overline(ui, title);
                    for (region, place) in REGIONS
                        .iter()
                        .filter(|(region, _)| partition(region) == code)
                    {
                        self.tick_ui(ui, region, place);
                    }
                }
            });
    }

    fn tick_ui(&mut self, ui: &mut Ui, region: &str, place: &str) {
        let mut ticked = self.codes().contains(&region);
        ui.horizontal(|ui| {
            let tick = ui
                .checkbox(&mut ticked, widgets::mono(region))
                .accessible_name(format!("{region}, {place}"));
            let words = widgets::small_muted(ui, place);
            ui.add(egui::Label::new(words).truncate());
            if tick.changed() {
                self.toggle(region);
            }
        });
    }
}

/// Partitions with regions that everybody may know, with what they are called.
const PARTITIONS: [(&str, &str); 3] = [
    ("aws", "Commercial · aws"),
    ("aws-us-gov", "GovCloud · aws-us-gov"),
    ("aws-cn", "China · aws-cn"),
];

/// The partition of a region that everybody may know.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_and_words_are_the_same_list() {
        let mut choice = RegionChoice::from(Regions::Named(vec!["eu-west-1".into()]));
        choice.toggle("us-east-1");
        assert_eq!(choice.text().as_deref(), Ok("eu-west-1,us-east-1"));
        choice.toggle("eu-west-1");
        assert_eq!(choice.named, "us-east-1");
        choice.toggle("us-east-1");
        assert!(choice.text().is_err());
        assert_eq!(
            RegionChoice::from(Regions::All).text().as_deref(),
            Ok("all")
        );
        assert_eq!(RegionChoice::default().text().as_deref(), Ok(""));
    }

    #[test]
    fn every_known_region_is_in_a_partition() {
        for (region, _) in REGIONS {
            let of = partition(region);
            assert!(PARTITIONS.iter().any(|(code, _)| *code == of), "{region}");
        }
        assert_eq!(partition("us-gov-west-1"), "aws-us-gov");
        assert_eq!(partition("cn-north-1"), "aws-cn");
    }
}
