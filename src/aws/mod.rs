//! SDK configuration, clients, describe calls and error words; the only room that names an `aws_*` crate.
