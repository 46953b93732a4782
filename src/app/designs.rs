//! What the window does with designs: opening, changing, saving, and going back and forth between design and network.

use super::atlas::Atlas;
use super::designer::{Designer, Edit};
use super::model::Opened;
use crate::design::{Surroundings, vpc_key};
use crate::network::{Network, Text, VpcFacts};
use crate::workspace::Document;

impl Atlas {
    /// Show the design or the network, whichever is asked for; the other goes aside.
    pub(super) fn face(&mut self, design: bool) {
        if self.shows_design != design {
            let other = self.aside.take().unwrap_or_default();
            self.aside = Some(std::mem::replace(&mut self.sheet, other));
            self.shows_design = design;
        }
    }

    /// Open a design beside the network.
    pub(super) fn open_document(&mut self, document: Document) {
        self.face(true);
        self.sheet = super::sheet::Sheet::default();
        self.designer = Some(Designer::new(document, self.surroundings()));
        self.is_start_page = false;
        self.show_plan();
        self.sheet.canvas.camera.fit();
    }

    /// The blocks of the network that is open beside the design.
    fn surroundings(&self) -> Surroundings {
        let network = if self.shows_design {
            self.aside.as_ref().and_then(|sheet| sheet.opened.as_ref())
        } else {
            self.sheet.opened.as_ref()
        };
        network.map_or_else(Surroundings::default, |opened| blocks_of(&opened.network))
    }

    /// Bring everything that follows from the design up to date.
    pub(super) fn derive_design(&mut self) {
        let around = self.surroundings();
        let Some(designer) = &mut self.designer else {
            return;
        };
        if designer.surroundings != around {
            designer.surroundings = around;
        }
        if designer.derive() {
            self.show_plan();
        }
    }

    /// Put the planned network on the design's sheet; what is selected and where one looks stays.
    fn show_plan(&mut self) {
        let Some(designer) = &self.designer else {
            return;
        };
        self.generation += 1;
        let opened = Opened::planned(
            designer.document.label(),
            &designer.derived.network,
            &designer.derived.topology,
            self.generation,
        );
        let shown = designer
            .document
            .design()
            .vpc(&designer.vpc)
            .map(vpc_key)
            .filter(|_| opened.vpcs.len() > 1);
        let sheet = if self.shows_design {
            &mut self.sheet
        } else {
            self.aside.get_or_insert_default()
        };
        if sheet
            .selected
            .as_ref()
            .is_some_and(|key| !opened.is_known(key))
        {
            sheet.selected = None;
        }
        sheet.seen.vpc = shown;
        sheet.opened = Some(opened);
    }

    pub(super) fn change_design(&mut self, edit: &Edit) {
        let Some(designer) = &mut self.designer else {
            return;
        };
        let change = |design: &mut crate::design::Design| (edit.change)(design);
        match designer.document.change(&edit.words, edit.gesture, change) {
            Ok(_) => self.messages.dismiss(),
            Err(refusal) => self.messages.fail(refusal.to_string()),
        }
        self.derive_design();
    }

    pub(super) fn show_planned(&mut self, vpc: &Text) {
        if let Some(designer) = &mut self.designer {
            designer.vpc = vpc.clone();
            self.show_plan();
            self.sheet.canvas.camera.fit();
        }
    }
}

/// The blocks of a network's VPCs, with the words for whose they are.
fn blocks_of(network: &Network) -> Surroundings {
    let mut blocks = Vec::new();
    for (resource, facts) in network.all::<VpcFacts>() {
        let lists = facts
            .cidr_blocks
            .items()
            .iter()
            .chain(facts.ipv6_blocks.items());
        for block in lists.filter_map(crate::network::CidrAssociation::usable) {
            blocks.push((block, resource.label().to_owned()));
        }
    }
    Surroundings { blocks }
}
