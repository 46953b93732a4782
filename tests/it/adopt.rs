//! Plans and the live networks that they became: renamed, matched, compared, adopted as designs and changed.

use std::collections::BTreeMap;
use vpc_atlas::design::plan;
use vpc_atlas::network::{Id, Key, Kind, Known, Network};

use crate::support::designs;

/// Ids like AWS's for everything that is planned.
fn ids(planned: &Network) -> BTreeMap<Key, Id> {
    let planned = planned.resources().map(|it| it.key().clone());
    planned
        .filter(|key| matches!(key.id, Id::Planned(_)))
        .enumerate()
        .map(|(n, key)| {
            // Their order is not that of the planned names.
            let mixed = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let id = format!("{}-{mixed:016x}", key.kind.word());
            (key, Id::aws(id))
        })
        .collect()
}

#[test]
fn no_field_keeps_a_planned_name_that_was_replaced() {
    for seed in 0..200 {
        let planned = plan(&designs::design(seed));
        let ids = ids(&planned);
        let renamed = planned.renamed(&ids);
        assert_eq!(renamed.len(), planned.len());
        for resource in renamed.resources() {
            assert!(
                matches!(resource.key().id, Id::Aws(_)),
                "{}",
                resource.key()
            );
            for (field, value) in resource.record().fields() {
                if let Known::Value(value) = value {
                    let text = value.to_string();
                    assert!(!text.contains("planned:"), "{}: {field}", resource.key());
                }
            }
        }
        // What was named by a plan is there by its new name.
        for resource in planned.resources() {
            let live = Key::new(
                resource.kind(),
                ids.get(resource.key())
                    .unwrap_or(&resource.key().id)
                    .clone(),
            );
            let before = resource.record().refers_to();
            let after = renamed.get(&live).unwrap().record().refers_to();
            assert_eq!(before.len(), after.len());
            for (kinds, id) in after {
                let is_there = |kind: &Kind| renamed.get(&Key::new(*kind, id.clone())).is_some();
                assert!(
                    kinds.iter().any(is_there) || !ids.values().any(|new| *new == id),
                    "{id}"
                );
            }
        }
    }
}
