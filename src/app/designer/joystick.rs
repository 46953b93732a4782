//! The field of a block: typing, and the joystick that steps through blocks.
