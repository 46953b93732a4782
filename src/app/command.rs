//! What a person can tell the program to do. Menus, shortcuts, the palette and the help page all read this one enum.

use super::timeline::Pace;
use crate::network::Kind;
use eframe::egui;
use egui::{Key, KeyboardShortcut, Modifiers};

/// A thing to do that needs no further word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// Begin a design.
    NewDesign,
    /// Choose a file and show what is in it.
    OpenFile,
    /// Choose a folder and show what is in it.
    OpenFolder,
    /// Show the network that comes with the program.
    OpenSample,
    /// Go to the start page to name a profile and a region.
    OpenAccount,
    /// Read what is open once more.
    Reload,
    /// Read it again by itself, this often.
    ReadEvery(Pace),
    /// Keep readings, to see later what changed; or do not.
    KeepReadings,
    /// Delete the kept readings of what is open.
    DeleteReadings,
    /// Stop reading.
    CancelLoading,
    /// Write the design to its file.
    SaveDesign,
    /// Write the design to a file of another name.
    SaveDesignAs,
    /// Go back to what the design's file says.
    RevertDesign,
    /// Create what the design plans, or change what is there.
    CreateVpc,
    /// Check and apply a plan that was saved for review.
    OpenPlan,
    /// Stop the run that is under way.
    StopRun,
    /// The runs that were begun on this machine.
    ShowRuns,
    /// Go from the design to the network that is open beside it, or back.
    SwitchDocument,
    /// Read ranges that are in use elsewhere from a file.
    ReadReserved,
    /// Save the map as a picture.
    SavePicture,
    /// Save everything that was read as one file.
    SaveSnapshot,
    /// The design as code for another tool.
    ExportCode,
    /// A live VPC as a design that can be edited.
    CopyAsDesign,
    /// Close what is open and go to the start page.
    Close,
    /// End the program.
    Quit,
    /// Take back the last change of what is seen.
    Undo,
    /// Make it again.
    Redo,
    /// Copy the id of what is selected.
    CopyId,
    /// Copy the ARN of what is selected.
    CopyArn,
    /// Copy the rows of the table.
    CopyCsv,
    /// Go to the search box.
    Find,
    /// Keep what is searched for as a view of the map.
    SaveView,
    /// Give the view that is shown another name.
    RenameView,
    /// Forget the view that is shown.
    DeleteView,
    /// Select nothing, and show everything at full strength.
    ClearSelection,
    /// The map.
    ShowMap,
    /// All accounts, regions and VPCs as one map.
    Overview,
    /// The tables.
    ShowTables,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// One map unit to a point.
    ZoomActual,
    /// The whole map.
    Fit,
    /// What is selected, in the middle.
    ShowSelected,
    /// Detail lines on cards.
    ToggleDetails,
    /// The whole map in the corner.
    ToggleMinimap,
    /// Cards can be dragged to another place.
    ToggleArranging,
    /// Words on the map.
    AddNote,
    /// Other words for the selected note.
    EditNote,
    /// The selected note goes.
    DeleteNote,
    /// The selected card stays where it is.
    Pin,
    /// The layout places the selected card again.
    Unpin,
    /// The layout places all cards again.
    UnpinAll,
    /// Cards that look alike and lead to the same are one.
    FoldIdentical,
    /// Route tables without subnets and connections without routes are one card.
    FoldUnassociated,
    /// The VPC of what is selected is one card.
    CollapseVpc,
    /// The zone of the selected subnet is one card.
    CollapseZone,
    /// Nothing is folded.
    UnfoldAll,
    /// Boxes in boxes, or columns.
    ToggleNested,
    /// Only what is related to what is selected.
    ToggleFocus,
    /// Resources of a kind on the map, or not.
    HideKind(Kind),
    /// Everything that was hidden.
    ShowAll,
    /// The whole map, and not only what a view finds.
    LeaveView,
    /// Choose a tag to colour the map by.
    ColorByTag,
    /// Choose a tag to group the map by.
    GroupByTag,
    /// The list of sources and VPCs.
    ToggleSources,
    /// The panel about what is selected.
    ToggleInspector,
    /// The list of what was not read.
    ToggleGaps,
    /// Choose an earlier reading to hold what is open to.
    ChangedSince,
    /// The list of what changed.
    ToggleChanges,
    /// Show no more what changed.
    DismissChanges,
    /// Light colours.
    ThemeLight,
    /// Dark colours.
    ThemeDark,
    /// The system's colours.
    ThemeSystem,
    /// What was selected before.
    Back,
    /// What was selected after.
    Forward,
    /// Every VPC.
    AllVpcs,
    /// The VPC after the one that is shown.
    NextVpc,
    /// The VPC before the one that is shown.
    PreviousVpc,
    /// The selected resource in the AWS console.
    OpenConsole,
    /// The list of commands.
    Palette,
    /// The help page.
    Help,
}

/// What decides whether a command can run.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a condition of its own, read by name in one place"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// A network is open.
    pub open: bool,
    /// The kinds of resources the network has.
    pub kinds: Kinds,
    /// What is open is a design.
    pub design: bool,
    /// The design says something its file does not.
    pub changed: bool,
    /// The design has a file.
    pub saved: bool,
    /// The design has no errors.
    pub sound: bool,
    /// A run is under way.
    pub running: bool,
    /// A design is open beside the network, or a network beside the design.
    pub beside: bool,
    /// A live VPC is selected, or there is one only.
    pub live_vpc: bool,
    /// Something is being read.
    pub loading: bool,
    /// What is open is held to an earlier reading.
    pub changes: bool,
    /// Readings of what is open can be kept.
    pub history: bool,
    /// A resource is selected.
    pub selected: bool,
    /// The selected resource has an ARN.
    pub arn: bool,
    /// The console has a page about the selected resource.
    pub console: bool,
    /// The map is seen, not the tables.
    pub map: bool,
    /// The network has more than one VPC.
    pub several_vpcs: bool,
    /// One VPC is shown, not all.
    pub one_vpc: bool,
    /// The overview is shown.
    pub overview: bool,
    /// Only the neighbours of something are shown.
    pub focused: bool,
    /// Something is hidden or out of focus.
    pub filtered: bool,
    /// Something is searched for.
    pub searching: bool,
    /// The map is narrowed to a view.
    pub view: bool,
    /// There is a change to take back.
    pub undo: bool,
    /// There is a change to make again.
    pub redo: bool,
    /// The selected card can be put elsewhere.
    pub pinnable: bool,
    /// The selected card was put where it is.
    pub pinned: bool,
    /// A note is selected.
    pub note: bool,
    /// Cards of this map were put where they are.
    pub pins: bool,
    /// Something is folded.
    pub folds: bool,
    /// A subnet is selected.
    pub zoned: bool,
    /// The map is of boxes in boxes.
    pub nested: bool,
    /// Something was selected before.
    pub back: bool,
    /// Something was selected after.
    pub forward: bool,
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u64);

impl Kinds {
    /// Whether a kind is one of them.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & Self::bit(kind) != 0
    }

    fn bit(kind: Kind) -> u64 {
        1 << kind as u32
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |set, kind| set | Self::bit(kind)))
    }
}

/// The menus, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Menu {
    /// What is read and written.
    File,
    /// Changes and copies.
    Edit,
    /// What is seen.
    View,
    /// Where to look.
    Go,
    /// What can be done.
    Help,
}

impl Menu {
    /// Every menu.
    pub const ALL: [Self; 5] = [Self::File, Self::Edit, Self::View, Self::Go, Self::Help];

    /// Its name.
    pub fn text(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Go => "Go",
            Self::Help => "Help",
        }
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl Command {
    /// Every command, by menu and in the order of the menus. A change of group number is a line between them.
    pub const ALL: &[Self] = &[
        Self::NewDesign,
        Self::CopyAsDesign,
        Self::OpenFile,
        Self::OpenFolder,
        Self::OpenAccount,
        Self::OpenSample,
        Self::OpenPlan,
        Self::SaveDesign,
        Self::SaveDesignAs,
        Self::RevertDesign,
        Self::ReadReserved,
        Self::CreateVpc,
        Self::Reload,
        Self::CancelLoading,
        Self::ReadEvery(Pace::Never),
        Self::ReadEvery(Pace::HalfMinute),
        Self::ReadEvery(Pace::Minute),
        Self::ReadEvery(Pace::FiveMinutes),
        Self::ReadEvery(Pace::QuarterHour),
        Self::ReadEvery(Pace::Hour),
        Self::KeepReadings,
        Self::DeleteReadings,
        Self::StopRun,
        Self::ExportCode,
        Self::SavePicture,
        Self::SaveSnapshot,
        Self::Close,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::CopyId,
        Self::CopyArn,
        Self::CopyCsv,
        Self::Find,
        Self::SaveView,
        Self::RenameView,
        Self::DeleteView,
        Self::ClearSelection,
        Self::ShowMap,
        Self::Overview,
        Self::ShowTables,
        Self::ShowRuns,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomActual,
        Self::Fit,
        Self::ShowSelected,
        Self::ToggleDetails,
        Self::ToggleMinimap,
        Self::ToggleArranging,
        Self::AddNote,
        Self::EditNote,
        Self::DeleteNote,
        Self::Pin,
        Self::Unpin,
        Self::UnpinAll,
        Self::FoldIdentical,
        Self::FoldUnassociated,
        Self::CollapseVpc,
        Self::CollapseZone,
        Self::UnfoldAll,
        Self::ToggleNested,
        Self::ToggleFocus,
        Self::ColorByTag,
        Self::GroupByTag,
        Self::ShowAll,
        Self::HideKind(Kind::Subnet),
        Self::HideKind(Kind::RouteTable),
        Self::HideKind(Kind::InternetGateway),
        Self::HideKind(Kind::EgressOnlyInternetGateway),
        Self::HideKind(Kind::NatGateway),
        Self::HideKind(Kind::VpcEndpoint),
        Self::HideKind(Kind::VpcPeeringConnection),
        Self::HideKind(Kind::TransitGateway),
        Self::HideKind(Kind::VpnGateway),
        Self::HideKind(Kind::CarrierGateway),
        Self::HideKind(Kind::LocalGateway),
        Self::HideKind(Kind::CoreNetwork),
        Self::HideKind(Kind::NetworkFirewall),
        Self::HideKind(Kind::NetworkInterface),
        Self::HideKind(Kind::Instance),
        Self::ToggleSources,
        Self::ToggleInspector,
        Self::ToggleGaps,
        Self::ToggleChanges,
        Self::ChangedSince,
        Self::DismissChanges,
        Self::ThemeLight,
        Self::ThemeDark,
        Self::ThemeSystem,
        Self::Back,
        Self::Forward,
        Self::SwitchDocument,
        Self::LeaveView,
        Self::AllVpcs,
        Self::NextVpc,
        Self::PreviousVpc,
        Self::OpenConsole,
        Self::Palette,
        Self::Help,
    ];

    /// What it is called. An ellipsis says that a question follows.
    pub fn text(self) -> &'static str {
        match self {
            Self::NewDesign => "New design",
            Self::SaveDesign => "Save design",
            Self::SaveDesignAs => "Save design as…",
            Self::RevertDesign => "Revert to saved",
            Self::CreateVpc => "Create VPC…",
            Self::OpenPlan => "Open a saved plan…",
            Self::StopRun => "Stop the run",
            Self::ShowRuns => "Runs",
            Self::SwitchDocument => "Design or network",
            Self::ReadReserved => "Read reserved ranges…",
            Self::OpenFile => "Open file…",
            Self::OpenFolder => "Open folder…",
            Self::OpenSample => "Open sample network",
            Self::OpenAccount => "Open AWS account…",
            Self::Reload => "Read again",
            Self::CancelLoading => "Stop reading",
            Self::ReadEvery(pace) => pace_text(pace),
            Self::KeepReadings => "Keep readings",
            Self::DeleteReadings => "Delete kept readings…",
            Self::SavePicture => "Export picture…",
            Self::SaveSnapshot => "Save snapshot…",
            Self::ExportCode => "Export as code…",
            Self::CopyAsDesign => "Edit a copy as a design",
            Self::Close => "Close",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::CopyId => "Copy id",
            Self::CopyArn => "Copy ARN",
            Self::CopyCsv => "Copy table as CSV",
            Self::Find => "Search",
            Self::SaveView => "Save the search as a view…",
            Self::RenameView => "Rename the view…",
            Self::DeleteView => "Delete the view…",
            Self::ClearSelection => "Clear selection",
            Self::ShowMap => "Map",
            Self::Overview => "Overview",
            Self::ShowTables => "Tables",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ZoomActual => "Actual size",
            Self::Fit => "Fit the map",
            Self::ShowSelected => "Show what is selected",
            Self::ToggleDetails => "Show details",
            Self::ToggleMinimap => "Show the minimap",
            Self::ToggleArranging => "Arrange cards by hand",
            Self::AddNote => "Add a note…",
            Self::EditNote => "Change the note…",
            Self::DeleteNote => "Delete the note",
            Self::Pin => "Pin the card",
            Self::Unpin => "Unpin the card",
            Self::UnpinAll => "Unpin all cards",
            Self::FoldIdentical => "Fold what is identical",
            Self::FoldUnassociated => "Fold what is unassociated",
            Self::CollapseVpc => "Collapse the VPC",
            Self::CollapseZone => "Collapse the zone",
            Self::UnfoldAll => "Unfold everything",
            Self::ToggleNested => "Nested boxes",
            Self::ToggleFocus => "Show only neighbours",
            Self::HideKind(kind) => hide_text(kind),
            Self::ShowAll => "Show everything",
            Self::LeaveView => "Leave the view",
            Self::ColorByTag => "Colour by tag…",
            Self::GroupByTag => "Group by tag…",
            Self::ToggleSources => "Sources panel",
            Self::ToggleInspector => "Inspector panel",
            Self::ToggleGaps => "Gaps",
            Self::ToggleChanges => "Changes",
            Self::ChangedSince => "What changed since…",
            Self::DismissChanges => "Dismiss changes",
            Self::ThemeLight => "Light theme",
            Self::ThemeDark => "Dark theme",
            Self::ThemeSystem => "System theme",
            Self::Back => "Back",
            Self::Forward => "Forward",
            Self::AllVpcs => "All VPCs",
            Self::NextVpc => "Next VPC",
            Self::PreviousVpc => "Previous VPC",
            Self::OpenConsole => "Open in AWS console",
            Self::Palette => "Commands…",
            Self::Help => "Help and shortcuts",
        }
    }

    /// What it does, as a sentence without a full stop.
    pub fn help(self) -> &'static str {
        match self {
            Self::NewDesign => "Plan a VPC, beginning with the console's own defaults",
            Self::SaveDesign => "Write the design to its file; comments in the file stay",
            Self::SaveDesignAs => "Write the design to a file of another name",
            Self::RevertDesign => {
                "Go back to what the design's file says; this can be undone as well"
            }
            Self::CreateVpc => {
                "Check what the design would create or change in an account, then confirm it"
            }
            Self::OpenPlan => "Check a plan that was saved for review, and apply it unchanged",
            Self::StopRun => "Begin nothing more; the run can be resumed or rolled back",
            Self::ShowRuns => "List what was created from this machine, to resume or roll back",
            Self::SwitchDocument => "Go from the design to the network open beside it, or back",
            Self::ReadReserved => {
                "Read ranges that are in use elsewhere from a CSV file into the design"
            }
            Self::OpenFile => "Read one file: a design, AWS CLI output as JSON, or a snapshot",
            Self::OpenFolder => "Read every file of a folder, at any depth, as one network",
            Self::OpenSample => "Show the sample network that comes with the program",
            Self::OpenAccount => {
                "Read a live account with a profile of your AWS configuration; nothing is changed"
            }
            Self::Reload => "Read the open sources once more and keep the view",
            Self::CancelLoading => "Stop reading at once and keep what was open before",
            Self::ReadEvery(Pace::Never) => "Read the open sources again by hand only",
            Self::ReadEvery(_) => {
                "Read the open sources again this often, while the window is seen"
            }
            Self::KeepReadings => {
                "Keep a reading of accounts and files on this machine whenever something changed, for you alone"
            }
            Self::DeleteReadings => "Delete what is kept of the open sources for good",
            Self::SavePicture => {
                "Save or copy the map as SVG (for Visio too), PNG, PDF, draw.io drawing or HTML page"
            }
            Self::SaveSnapshot => {
                "Write everything that was read to one file, redacted if it is to be shown to others"
            }
            Self::ExportCode => "Show the design as Terraform or CloudFormation, to copy or save",
            Self::CopyAsDesign => {
                "Read the selected VPC into a new design; nothing on AWS is changed, and what a design cannot say is listed"
            }
            Self::Close => "Close the open network and go back to the start page",
            Self::Quit => "End the program",
            Self::Undo => {
                "Take back the last change of the design, or of what is hidden, shown or arranged"
            }
            Self::Redo => "Make that change again",
            Self::CopyId => "Copy the id of the selected resource",
            Self::CopyArn => "Copy the ARN of the selected resource",
            Self::CopyCsv => {
                "Copy the rows of the table, as filtered and sorted, to paste into a spreadsheet"
            }
            Self::Find => "Search by name, id, address, tag or kind, and dim what does not match",
            Self::SaveView => {
                "Give what is searched for a name, and show what it finds and nothing else"
            }
            Self::RenameView => "Give the view that is shown another name",
            Self::DeleteView => "Forget the view that is shown; nothing it shows is touched",
            Self::ClearSelection => "Select nothing and end the search",
            Self::ShowMap => "Show the resource map",
            Self::Overview => {
                "Show the VPCs of all accounts and regions as one map, with what joins them"
            }
            Self::ShowTables => "Show a sortable table for each kind of resource",
            Self::ZoomIn => "Make the map larger",
            Self::ZoomOut => "Make the map smaller",
            Self::ZoomActual => "Show the map at 100 %",
            Self::Fit => "Show the whole map, and keep doing so until it is moved",
            Self::ShowSelected => "Bring the selected card into view at a size that can be read",
            Self::ToggleDetails => "Show or hide the detail lines on cards",
            Self::ToggleMinimap => {
                "Show or hide the whole map in the corner, where not all of it is seen"
            }
            Self::ToggleArranging => {
                "Drag cards where you want them; double click on the map adds a note"
            }
            Self::AddNote => {
                "Put words on the map, in the middle of what is seen; they are dragged and clicked twice to be changed"
            }
            Self::EditNote => "Write the selected note anew",
            Self::DeleteNote => "Take the selected note off the map",
            Self::Pin => "Keep the selected card where it is, whatever the layout does",
            Self::Unpin => "Let the layout place the selected card again",
            Self::UnpinAll => "Let the layout place every card of this map again",
            Self::FoldIdentical => {
                "Show cards of one group that look alike and lead to the same as one card"
            }
            Self::FoldUnassociated => {
                "Show route tables without subnets, and connections without routes, as one card"
            }
            Self::CollapseVpc => "Show the VPC of what is selected as one card, or open it again",
            Self::CollapseZone => {
                "Show the zone of the selected subnet as one card, or open it again"
            }
            Self::UnfoldAll => "Show every card by itself again",
            Self::ToggleNested => {
                "Show regions, VPCs, zones and subnets as boxes in boxes, or the columns again"
            }
            Self::ToggleFocus => {
                "Show the selected resource and what is related to it, and nothing else"
            }
            Self::HideKind(_) => "Leave this kind of resource off the map, or put it back",
            Self::ShowAll => "Show every kind and every resource again",
            Self::LeaveView => "Show the whole map, and not only what the view finds",
            Self::ColorByTag => "Colour the cards by the value of a tag, or by what they are again",
            Self::GroupByTag => "Group the cards by the value of a tag, or subnets by zone again",
            Self::ToggleSources => "Show or hide the panel on the left",
            Self::ToggleInspector => "Show or hide the panel on the right",
            Self::ToggleGaps => "List what was not read, and why",
            Self::ToggleChanges => "List what was added, removed and changed",
            Self::ChangedSince => "Compare what is open with an earlier reading of it",
            Self::DismissChanges => "Take the marks of changes off the map, and their list away",
            Self::ThemeLight => "Use light colours",
            Self::ThemeDark => "Use dark colours",
            Self::ThemeSystem => "Use the colours of the system where it names them",
            Self::Back => "Go back to what was selected before",
            Self::Forward => "Go forward again",
            Self::AllVpcs => "Show all VPCs, one below the other",
            Self::NextVpc => "Show the next VPC of the list",
            Self::PreviousVpc => "Show the previous VPC of the list",
            Self::OpenConsole => "Open the page of the selected resource in the AWS console",
            Self::Palette => "Find any command by its name",
            Self::Help => "Show what the mouse and the keys do",
        }
    }

    /// The menu it stands in.
    pub fn menu(self) -> Menu {
        match self {
            Self::NewDesign
            | Self::CopyAsDesign
            | Self::ExportCode
            | Self::OpenFile
            | Self::OpenFolder
            | Self::OpenSample
            | Self::OpenAccount
            | Self::SaveDesign
            | Self::SaveDesignAs
            | Self::RevertDesign
            | Self::ReadReserved
            | Self::CreateVpc
            | Self::OpenPlan
            | Self::Reload
            | Self::CancelLoading
            | Self::ReadEvery(_)
            | Self::KeepReadings
            | Self::DeleteReadings
            | Self::StopRun
            | Self::SavePicture
            | Self::SaveSnapshot
            | Self::Close
            | Self::Quit => Menu::File,
            Self::Undo
            | Self::Redo
            | Self::CopyId
            | Self::CopyArn
            | Self::CopyCsv
            | Self::Find
            | Self::SaveView
            | Self::RenameView
            | Self::DeleteView
            | Self::ClearSelection => Menu::Edit,
            Self::ShowMap
            | Self::Overview
            | Self::ShowTables
            | Self::ShowRuns
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomActual
            | Self::Fit
            | Self::ShowSelected
            | Self::ToggleDetails
            | Self::ToggleMinimap
            | Self::ToggleArranging
            | Self::AddNote
            | Self::EditNote
            | Self::DeleteNote
            | Self::Pin
            | Self::Unpin
            | Self::UnpinAll
            | Self::FoldIdentical
            | Self::FoldUnassociated
            | Self::CollapseVpc
            | Self::CollapseZone
            | Self::UnfoldAll
            | Self::ToggleNested
            | Self::ToggleFocus
            | Self::HideKind(_)
            | Self::ShowAll
            | Self::ColorByTag
            | Self::GroupByTag
            | Self::ToggleSources
            | Self::ToggleInspector
            | Self::ToggleGaps
            | Self::ToggleChanges
            | Self::ChangedSince
            | Self::DismissChanges
            | Self::ThemeLight
            | Self::ThemeDark
            | Self::ThemeSystem => Menu::View,
            Self::Back
            | Self::Forward
            | Self::SwitchDocument
            | Self::LeaveView
            | Self::AllVpcs
            | Self::NextVpc
            | Self::PreviousVpc
            | Self::OpenConsole => Menu::Go,
            Self::Palette | Self::Help => Menu::Help,
        }
    }

    /// Commands of one menu with the same number stand together.
    pub fn group(self) -> u8 {
        match self {
            Self::NewDesign
            | Self::CopyAsDesign
            | Self::OpenFile
            | Self::OpenFolder
            | Self::OpenSample
            | Self::OpenAccount
            | Self::Undo
            | Self::Redo
            | Self::ShowMap
            | Self::Overview
            | Self::ShowTables
            | Self::ShowRuns
            | Self::OpenPlan
            | Self::Back
            | Self::Forward
            | Self::Palette
            | Self::Help => 0,
            Self::SaveDesign
            | Self::SaveDesignAs
            | Self::RevertDesign
            | Self::ReadReserved
            | Self::CreateVpc
            | Self::CopyId
            | Self::CopyArn
            | Self::CopyCsv
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ZoomActual
            | Self::Fit
            | Self::ShowSelected
            | Self::SwitchDocument
            | Self::LeaveView
            | Self::AllVpcs
            | Self::NextVpc
            | Self::PreviousVpc => 1,
            Self::Reload
            | Self::CancelLoading
            | Self::ReadEvery(_)
            | Self::KeepReadings
            | Self::DeleteReadings
            | Self::StopRun
            | Self::Find
            | Self::SaveView
            | Self::RenameView
            | Self::DeleteView
            | Self::ClearSelection
            | Self::ToggleDetails
            | Self::ToggleMinimap
            | Self::ToggleArranging
            | Self::AddNote
            | Self::EditNote
            | Self::DeleteNote
            | Self::Pin
            | Self::Unpin
            | Self::UnpinAll
            | Self::FoldIdentical
            | Self::FoldUnassociated
            | Self::CollapseVpc
            | Self::CollapseZone
            | Self::UnfoldAll
            | Self::ToggleNested
            | Self::ToggleFocus
            | Self::ColorByTag
            | Self::GroupByTag
            | Self::HideKind(_)
            | Self::ShowAll
            | Self::OpenConsole => 2,
            Self::ExportCode
            | Self::SavePicture
            | Self::SaveSnapshot
            | Self::ToggleSources
            | Self::ToggleInspector
            | Self::ToggleGaps
            | Self::ToggleChanges
            | Self::ChangedSince
            | Self::DismissChanges => 3,
            Self::Close | Self::Quit | Self::ThemeLight | Self::ThemeDark | Self::ThemeSystem => 4,
        }
    }

    /// The keys that run it; the first is shown.
    pub fn shortcuts(self) -> &'static [KeyboardShortcut] {
        const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
            KeyboardShortcut::new(modifiers, key)
        }
        match self {
            Self::OpenFile => const { &[keys(CTRL, Key::O)] },
            Self::OpenFolder => const { &[keys(CTRL_SHIFT, Key::O)] },
            Self::OpenAccount => const { &[keys(CTRL, Key::L)] },
            Self::Reload => const { &[keys(CTRL, Key::R), keys(Modifiers::NONE, Key::F5)] },
            Self::CancelLoading => const { &[keys(CTRL, Key::Period)] },
            Self::NewDesign => const { &[keys(CTRL, Key::N)] },
            Self::SaveDesign => const { &[keys(CTRL, Key::S)] },
            Self::SaveDesignAs => const { &[keys(CTRL_SHIFT, Key::S)] },
            Self::SavePicture => const { &[keys(CTRL, Key::E)] },
            Self::CreateVpc => const { &[keys(CTRL, Key::Enter)] },
            Self::ShowRuns => const { &[keys(CTRL_SHIFT, Key::R)] },
            Self::ExportCode => const { &[keys(CTRL_SHIFT, Key::E)] },
            Self::CopyAsDesign => const { &[keys(CTRL_SHIFT, Key::N)] },
            Self::SwitchDocument => const { &[keys(CTRL, Key::Backtick)] },
            Self::Close => const { &[keys(CTRL, Key::W)] },
            Self::Quit => const { &[keys(CTRL, Key::Q)] },
            Self::Undo => const { &[keys(CTRL, Key::Z)] },
            Self::Redo => const { &[keys(CTRL_SHIFT, Key::Z), keys(CTRL, Key::Y)] },
            Self::CopyId => const { &[keys(CTRL_SHIFT, Key::C)] },
            Self::CopyCsv => const { &[keys(CTRL_SHIFT, Key::T)] },
            Self::Find => const { &[keys(CTRL, Key::F)] },
            Self::ShowMap => const { &[keys(CTRL, Key::M)] },
            Self::Overview => {
                const { &[keys(CTRL_SHIFT, Key::M), keys(Modifiers::ALT, Key::ArrowUp)] }
            }
            Self::ShowTables => const { &[keys(CTRL, Key::T)] },
            Self::ZoomIn => const { &[keys(CTRL, Key::Plus), keys(CTRL, Key::Equals)] },
            Self::ZoomOut => const { &[keys(CTRL, Key::Minus)] },
            Self::ZoomActual => const { &[keys(CTRL, Key::Num1)] },
            Self::Fit => const { &[keys(CTRL, Key::Num0)] },
            Self::ShowSelected => const { &[keys(CTRL, Key::Num2)] },
            Self::ToggleDetails => const { &[keys(CTRL, Key::D)] },
            Self::ToggleArranging => const { &[keys(CTRL, Key::U)] },
            Self::AddNote => const { &[keys(CTRL_SHIFT, Key::U)] },
            Self::Pin => const { &[keys(CTRL, Key::P)] },
            Self::Unpin => const { &[keys(CTRL_SHIFT, Key::P)] },
            Self::ToggleNested => const { &[keys(CTRL_SHIFT, Key::B)] },
            Self::ToggleFocus => const { &[keys(CTRL, Key::J)] },
            Self::ShowAll => const { &[keys(CTRL_SHIFT, Key::J)] },
            Self::ToggleSources => const { &[keys(CTRL, Key::B)] },
            Self::ToggleInspector => const { &[keys(CTRL, Key::I)] },
            Self::ToggleGaps => const { &[keys(CTRL, Key::G)] },
            Self::ToggleChanges => const { &[keys(CTRL_SHIFT, Key::D)] },
            Self::ChangedSince => const { &[keys(CTRL_SHIFT, Key::H)] },
            Self::DismissChanges => const { &[keys(CTRL_SHIFT, Key::X)] },
            Self::Back => const { &[keys(Modifiers::ALT, Key::ArrowLeft)] },
            Self::Forward => const { &[keys(Modifiers::ALT, Key::ArrowRight)] },
            Self::NextVpc => const { &[keys(CTRL, Key::PageDown)] },
            Self::PreviousVpc => const { &[keys(CTRL, Key::PageUp)] },
            Self::Palette => const { &[keys(CTRL, Key::K)] },
            Self::Help => const { &[keys(Modifiers::NONE, Key::F1)] },
            Self::OpenSample
            | Self::SaveSnapshot
            | Self::RevertDesign
            | Self::ReadReserved
            | Self::OpenPlan
            | Self::StopRun
            | Self::ReadEvery(_)
            | Self::KeepReadings
            | Self::DeleteReadings
            | Self::CopyArn
            | Self::SaveView
            | Self::RenameView
            | Self::DeleteView
            | Self::LeaveView
            | Self::ColorByTag
            | Self::GroupByTag
            | Self::ClearSelection
            | Self::HideKind(_)
            | Self::ToggleMinimap
            | Self::EditNote
            | Self::DeleteNote
            | Self::UnpinAll
            | Self::FoldIdentical
            | Self::FoldUnassociated
            | Self::CollapseVpc
            | Self::CollapseZone
            | Self::UnfoldAll
            | Self::ThemeLight
            | Self::ThemeDark
            | Self::ThemeSystem
            | Self::AllVpcs
            | Self::OpenConsole => &[],
        }
    }

    /// Whether it can run now.
    pub fn enabled(self, now: &Situation) -> bool {
        match self {
            Self::NewDesign
            | Self::OpenFile
            | Self::OpenFolder
            | Self::OpenSample
            | Self::OpenAccount
            | Self::OpenPlan
            | Self::ShowRuns
            | Self::ReadEvery(_)
            | Self::KeepReadings
            | Self::Quit
            | Self::ThemeLight
            | Self::ThemeDark
            | Self::ThemeSystem
            | Self::Palette
            | Self::Help => true,
            Self::ToggleChanges | Self::DismissChanges => now.changes,
            Self::ChangedSince | Self::DeleteReadings => now.history,
            Self::CreateVpc => now.design && now.sound,
            Self::StopRun => now.running,
            Self::SaveDesign | Self::SaveDesignAs | Self::ReadReserved | Self::ExportCode => {
                now.design
            }
            Self::CopyAsDesign => now.live_vpc,
            Self::RevertDesign => now.design && now.saved && now.changed,
            Self::SwitchDocument => now.beside,
            Self::Reload | Self::SaveSnapshot => now.open && !now.loading && !now.design,
            Self::CancelLoading => now.loading,
            Self::SavePicture
            | Self::Close
            | Self::CopyCsv
            | Self::Find
            | Self::ShowMap
            | Self::ShowTables
            | Self::ToggleDetails
            | Self::ToggleMinimap
            | Self::ToggleNested
            | Self::ColorByTag
            | Self::GroupByTag
            | Self::ToggleSources
            | Self::ToggleInspector
            | Self::ToggleGaps => now.open,
            Self::Undo => now.undo,
            Self::Redo => now.redo,
            Self::CopyId | Self::ShowSelected => now.selected,
            Self::ClearSelection => now.selected || now.note,
            Self::CopyArn => now.arn,
            Self::ZoomIn | Self::ZoomOut | Self::ZoomActual | Self::Fit | Self::ToggleArranging => {
                now.open && now.map
            }
            // Where not all of the map is shown no note is.
            Self::AddNote => now.open && now.map && !now.focused && !now.view,
            Self::EditNote | Self::DeleteNote => now.note,
            Self::Pin => now.pinnable && !now.pinned,
            Self::Unpin => now.pinned,
            Self::UnpinAll => now.pins,
            Self::CollapseVpc => now.selected && !now.overview,
            Self::CollapseZone => now.zoned && !now.overview,
            Self::UnfoldAll => now.folds,
            Self::FoldIdentical => now.open && !now.overview,
            Self::FoldUnassociated => now.open && !now.overview && !now.nested,
            Self::ToggleFocus => now.selected || now.focused,
            Self::HideKind(kind) => now.open && now.kinds.has(kind),
            Self::ShowAll => now.filtered,
            Self::SaveView => now.open && now.searching,
            Self::RenameView | Self::DeleteView | Self::LeaveView => now.view,
            Self::Back => now.back,
            Self::Forward => now.forward,
            Self::Overview => now.open && !now.design && !(now.overview && now.map),
            Self::AllVpcs => now.several_vpcs && (now.one_vpc || now.overview),
            Self::NextVpc | Self::PreviousVpc => now.several_vpcs,
            Self::OpenConsole => now.console,
        }
    }

    /// The command whose keys were pressed, if it can run now. More modifiers win over fewer, so that Ctrl+Shift+O is
    /// not taken for Ctrl+O, not even where what it stands for cannot run.
    pub fn pressed(ctx: &egui::Context, now: &Situation) -> Option<Self> {
        let mut keys: Vec<(&KeyboardShortcut, Self)> = Self::ALL
            .iter()
            .flat_map(|command| command.shortcuts().iter().map(move |keys| (keys, *command)))
            .collect();
        let weight = |keys: &KeyboardShortcut| {
            let modifiers = keys.modifiers;
            u8::from(modifiers.shift) + u8::from(modifiers.alt) + u8::from(modifiers.command)
        };
        // Where two have the same keys, the one that can run is meant.
        keys.sort_by_key(|(shortcut, command)| {
            (std::cmp::Reverse(weight(shortcut)), !command.enabled(now))
        });
        ctx.input_mut(|input| {
            for (shortcut, command) in keys {
                if command.enabled(now) {
                    if input.consume_shortcut(shortcut) {
                        return Some(command);
                    }
                } else if weight(shortcut) > 1
                    && input.key_pressed(shortcut.logical_key)
                    && input.modifiers.matches_logically(shortcut.modifiers)
                {
                    // Left to a field that may know the keys.
                    return None;
                }
            }
            None
        })
    }
}

/// The kinds of resources that can be hidden on the map.
pub fn hideable() -> impl Iterator<Item = Kind> {
    Command::ALL.iter().filter_map(|command| match command {
        Command::HideKind(kind) => Some(*kind),
        _ => None,
    })
}

fn pace_text(pace: Pace) -> &'static str {
    match pace {
        Pace::Never => "Read again by hand only",
        Pace::HalfMinute => "Read again every 30 seconds",
        Pace::Minute => "Read again every minute",
        Pace::FiveMinutes => "Read again every 5 minutes",
        Pace::QuarterHour => "Read again every 15 minutes",
        Pace::Hour => "Read again every hour",
    }
}

fn hide_text(kind: Kind) -> &'static str {
    match kind {
        Kind::Subnet => "Hide or show subnets",
        Kind::RouteTable => "Hide or show route tables",
        Kind::InternetGateway => "Hide or show internet gateways",
        Kind::EgressOnlyInternetGateway => "Hide or show egress-only internet gateways",
        Kind::NatGateway => "Hide or show NAT gateways",
        Kind::VpcEndpoint => "Hide or show VPC endpoints",
        Kind::VpcPeeringConnection => "Hide or show peering connections",
        Kind::TransitGateway => "Hide or show transit gateways",
        Kind::VpnGateway => "Hide or show VPN gateways",
        Kind::CarrierGateway => "Hide or show carrier gateways",
        Kind::LocalGateway => "Hide or show local gateways",
        Kind::CoreNetwork => "Hide or show core networks",
        Kind::NetworkFirewall => "Hide or show network firewalls",
        Kind::NetworkInterface => "Hide or show network interfaces",
        Kind::Instance => "Hide or show instances",
        _ => "Hide or show a kind",
    }
}

/// How well a query fits a text, letter by letter in order: the higher the better, none where a letter is missing.
/// Letters that follow each other or begin a word count for more.
pub fn fuzzy(query: &str, text: &str) -> Option<u32> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let query: Vec<char> = query
        .to_lowercase()
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    // The first place of a letter is not always the one that is meant: “csv” is the end of “Copy table as CSV”.
    let starts = (0..text.len().max(1)).filter_map(|start| score_from(&query, &text, start));
    // Among equals the shorter text is meant.
    Some(starts.max()? * 64 + 64_u32.saturating_sub(text.len() as u32))
}

/// How well letters stand in a text in this order, from a place on.
fn score_from(query: &[char], text: &[char], start: usize) -> Option<u32> {
    let (mut score, mut at, mut run) = (0, start, 0);
    for wanted in query {
        let found = text.iter().skip(at).position(|letter| letter == wanted)? + at;
        let begins = found == 0
            || text
                .get(found - 1)
                .is_some_and(|before| !before.is_alphanumeric());
        run = if found == at && at > start {
            run + 1
        } else {
            0
        };
        score += 1 + 3 * run.min(4) + if begins { 6 } else { 0 };
        at = found + 1;
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_command_stands_once_and_groups_stand_together() {
        let mut seen = std::collections::BTreeSet::new();
        for command in Command::ALL {
            assert!(seen.insert(*command), "{command:?} stands twice");
            assert!(!command.text().is_empty() && !command.help().ends_with('.'));
        }
        for menu in Menu::ALL {
            let groups: Vec<u8> = Command::ALL
                .iter()
                .filter(|command| command.menu() == menu)
                .map(|command| command.group())
                .collect();
            assert!(
                !groups.is_empty() && groups.is_sorted(),
                "{menu:?}: {groups:?}"
            );
        }
    }

    #[test]
    fn no_keys_mean_two_things() {
        let mut taken = BTreeMap::new();
        for command in Command::ALL {
            for keys in command.shortcuts() {
                let other = taken.insert(format!("{keys:?}"), command);
                assert!(other.is_none(), "{keys:?}: {other:?} and {command:?}");
            }
        }
    }

    #[test]
    fn what_cannot_run_is_not_offered() {
        let nothing = Situation::default();
        let offered = |now: &Situation| {
            Command::ALL
                .iter()
                .filter(|command| command.enabled(now))
                .count()
        };
        assert!(!Command::SavePicture.enabled(&nothing) && Command::OpenSample.enabled(&nothing));
        let open = Situation {
            open: true,
            map: true,
            ..nothing
        };
        assert!(offered(&open) > offered(&nothing));
        assert!(!Command::AllVpcs.enabled(&open));
    }

    #[test]
    fn every_kind_to_hide_is_called_by_its_name_and_offered_where_it_is() {
        assert_eq!(hideable().count(), 15);
        let now = Situation {
            open: true,
            kinds: Kinds::from_iter([Kind::Subnet, Kind::FlowLog]),
            ..Situation::default()
        };
        for kind in hideable() {
            let command = Command::HideKind(kind);
            assert_eq!(command.text(), format!("Hide or show {}", kind.plural()));
            assert_eq!(command.enabled(&now), kind == Kind::Subnet, "{command:?}");
        }
        assert!(Kind::ALL.len() <= 64, "a set of kinds has a bit for each");
    }

    #[test]
    fn letters_in_order_are_enough_and_beginnings_win() {
        assert!(fuzzy("exp", "Export picture…").is_some());
        assert_eq!(fuzzy("xyz", "Export picture…"), None);
        let best = |query: &str| {
            Command::ALL
                .iter()
                .max_by_key(|command| fuzzy(query, command.text()))
                .copied()
        };
        assert_eq!(best("fit"), Some(Command::Fit));
        assert_eq!(best("dark"), Some(Command::ThemeDark));
        assert_eq!(best("of"), Some(Command::OpenFile));
        assert_eq!(best("csv"), Some(Command::CopyCsv));
        assert!(matches!(best("hide"), Some(Command::HideKind(_))));
        let subnets = Command::HideKind(Kind::Subnet);
        assert_eq!(best("hide subnets"), Some(subnets));
    }
}
