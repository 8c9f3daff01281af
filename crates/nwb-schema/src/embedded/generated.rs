//! Written by `cargo xtask codegen`; not to be edited.

use super::CachedNamespace;

pub(super) static NAMESPACES: &[CachedNamespace] = &[
    CachedNamespace {
        name: "core",
        version: "2.11.0",
        texts: &[
            ("namespace", include_str!("core/2.11.0/namespace.json")),
            ("nwb.base", include_str!("core/2.11.0/nwb.base.json")),
            ("nwb.device", include_str!("core/2.11.0/nwb.device.json")),
            ("nwb.epoch", include_str!("core/2.11.0/nwb.epoch.json")),
            ("nwb.event", include_str!("core/2.11.0/nwb.event.json")),
            ("nwb.image", include_str!("core/2.11.0/nwb.image.json")),
            ("nwb.file", include_str!("core/2.11.0/nwb.file.json")),
            ("nwb.misc", include_str!("core/2.11.0/nwb.misc.json")),
            ("nwb.behavior", include_str!("core/2.11.0/nwb.behavior.json")),
            ("nwb.ecephys", include_str!("core/2.11.0/nwb.ecephys.json")),
            ("nwb.icephys", include_str!("core/2.11.0/nwb.icephys.json")),
            ("nwb.ogen", include_str!("core/2.11.0/nwb.ogen.json")),
            ("nwb.ophys", include_str!("core/2.11.0/nwb.ophys.json")),
            ("nwb.retinotopy", include_str!("core/2.11.0/nwb.retinotopy.json")),
        ],
    },
    CachedNamespace {
        name: "hdmf-common",
        version: "1.10.0",
        texts: &[
            ("namespace", include_str!("hdmf-common/1.10.0/namespace.json")),
            ("base", include_str!("hdmf-common/1.10.0/base.json")),
            ("table", include_str!("hdmf-common/1.10.0/table.json")),
            ("sparse", include_str!("hdmf-common/1.10.0/sparse.json")),
            ("resources", include_str!("hdmf-common/1.10.0/resources.json")),
        ],
    },
    CachedNamespace {
        name: "hdmf-experimental",
        version: "0.6.0",
        texts: &[
            ("namespace", include_str!("hdmf-experimental/0.6.0/namespace.json")),
            ("experimental", include_str!("hdmf-experimental/0.6.0/experimental.json")),
        ],
    },
];
