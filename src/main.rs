//! The program: a window, or a command.

use std::process::ExitCode;

fn main() -> ExitCode {
    vpc_atlas::cli::main(vpc_atlas::app::run)
}
