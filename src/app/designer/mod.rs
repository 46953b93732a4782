//! The designer: the choices on the left, the preview in the middle, what follows from the choices on the right, and the
//! address space below.
//!
//! * [`Designer`]: the open design, and what is derived from it whenever it changes.
//! * [`form`]: the choices. [`joystick`]: the field of a block. [`strip`]: the address space. [`outcome`]: cost, what will
//!   be created, problems.
//!
//! Panels read a [`DesignContext`] and ask for changes by [`Edit`]s, each of which is one undo step.

pub(super) mod derived;
pub(super) mod form;
pub(super) mod joystick;
pub(super) mod live;
pub(super) mod outcome;
pub(super) mod selected;
pub(super) mod strip;

use super::code::CodePage;
use super::context::{Action, AppContext};
use crate::design::{Design, Problem, Refusal, Severity, Surroundings, Vpc};
use crate::network::{Key, Text};
use crate::picture::diagram::{Mark, Sign};
use crate::workspace::{Document, Gesture};
use derived::Derived;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Makes a change, or says why it cannot be made.
type Make = Rc<dyn Fn(&mut Design) -> Result<(), Refusal>>;

/// A change that a panel asks for.
#[derive(Clone)]
pub(super) struct Edit {
    /// What it is, as the rest of “Undo …”: “add a zone”.
    pub(super) words: String,
    /// Changes of one gesture are taken back together.
    pub(super) gesture: Option<Gesture>,
    /// Makes it.
    pub(super) change: Make,
}

impl Edit {
    pub(super) fn new(
        words: impl Into<String>,
        change: impl Fn(&mut Design) -> Result<(), Refusal> + 'static,
    ) -> Self {
        Self {
            words: words.into(),
            gesture: None,
            change: Rc::new(change),
        }
    }

    /// The same change as part of a gesture.
    pub(super) fn during(self, gesture: Gesture) -> Self {
        Self {
            gesture: Some(gesture),
            ..self
        }
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit")
            .field("words", &self.words)
            .field("gesture", &self.gesture)
            .finish_non_exhaustive()
    }
}

/// The open design.
pub(super) struct Designer {
    /// Which opening of a design it is, counted over the life of the window.
    pub(super) opening: u64,
    pub(super) document: Document,
    /// What follows from the design; made anew whenever it changes.
    pub(super) derived: Derived,
    /// Networks that are open beside it, whose blocks it must not take.
    pub(super) surroundings: Surroundings,
    /// The VPC whose choices are shown, by its stable name.
    pub(super) vpc: Text,
    pub(super) form: form::Form,
    pub(super) strip: strip::Strip,
    pub(super) outcome: outcome::Outcome,
    pub(super) selected: selected::Selected,
    pub(super) code: CodePage,
    pub(super) live: live::Live,
}

impl Designer {
    pub(super) fn new(document: Document, surroundings: Surroundings, opening: u64) -> Self {
        let vpc = document
            .design()
            .vpcs
            .first()
            .map(|vpc| vpc.id.clone())
            .unwrap_or_default();
        Self {
            opening,
            code: CodePage::default(),
            live: live::Live::of(document.text()),
            derived: Derived::of(document.design(), &surroundings),
            document,
            surroundings,
            vpc,
            form: form::Form::default(),
            strip: strip::Strip::default(),
            outcome: outcome::Outcome::default(),
            selected: selected::Selected::default(),
        }
    }

    /// Marks for the cards of what has problems: errors red, warnings amber. Mere advice stays in its panel.
    pub(super) fn marks(&self) -> BTreeMap<Key, Vec<Mark>> {
        let mut all: BTreeMap<Key, Vec<Mark>> = BTreeMap::new();
        for problem in &self.derived.problems {
            let sign = match problem.severity {
                Severity::High => Sign::Danger,
                Severity::Warn => Sign::Warn,
                Severity::Info => continue,
            };
            for key in &problem.place.resources {
                let marks = all.entry(key.clone()).or_default();
                // One disc of a colour is enough; it says all that is to be said.
                match marks.iter_mut().find(|mark| mark.sign == sign) {
                    Some(mark) => {
                        mark.text.push('\n');
                        mark.text.push_str(&problem.message);
                    }
                    None => marks.push(Mark {
                        sign,
                        text: problem.message.clone(),
                    }),
                }
            }
        }
        for (key, words) in self.live.marks() {
            all.entry(key).or_default().push(Mark {
                sign: Sign::Info,
                text: words.to_owned(),
            });
        }
        all
    }

    /// Whether Escape means an open joystick and nothing else.
    pub(super) fn takes_escape(&self, ctx: &egui::Context) -> bool {
        [&self.form.blocks, &self.selected.blocks]
            .iter()
            .any(|blocks| blocks.takes_escape(ctx))
    }

    /// Bring what follows from the design up to date. True where anything changed.
    pub(super) fn derive(&mut self) -> bool {
        if self
            .derived
            .is_of(self.document.design(), &self.surroundings)
        {
            return false;
        }
        self.derived = Derived::of(self.document.design(), &self.surroundings);
        let design = self.document.design();
        if design.vpc(&self.vpc).is_none() {
            self.vpc = design
                .vpcs
                .first()
                .map(|vpc| vpc.id.clone())
                .unwrap_or_default();
        }
        true
    }
}

/// What the panels of the designer may read.
pub(super) struct DesignContext<'a> {
    pub(super) app: &'a AppContext<'a>,
    pub(super) document: &'a Document,
    pub(super) derived: &'a Derived,
    pub(super) surroundings: &'a Surroundings,
    /// The VPC whose choices are shown.
    pub(super) vpc: Option<&'a Vpc>,
    /// The live VPC that the design is a copy of.
    pub(super) live: &'a live::Live,
}

impl DesignContext<'_> {
    /// Ask for a change.
    pub(super) fn edit(&self, edit: Edit) {
        self.app.send(Action::Change(edit));
    }

    pub(super) fn design(&self) -> &Design {
        self.document.design()
    }

    /// Problems that name this resource.
    pub(super) fn problems_of<'k>(&'k self, key: &'k Key) -> impl Iterator<Item = &'k Problem> {
        self.derived
            .problems
            .iter()
            .filter(move |problem| problem.place.resources.contains(key))
    }
}
