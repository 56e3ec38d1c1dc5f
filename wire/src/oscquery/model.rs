//! The tree that an OSCQuery server shows: what it tells about itself, and about each address.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One address and what stands below it ("OSCQuery Attributes"). Reading forgives what is left away; what is `None`
/// is not written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
pub struct Node {
    /// Its whole address.
    #[serde(rename = "FULL_PATH")]
    pub full_path: String,
    /// The type tags that are sent here; `None` for an address that only holds others.
    #[serde(rename = "TYPE", skip_serializing_if = "Option::is_none")]
    pub types: Option<String>,
    /// 0 nothing, 1 can be read, 2 can be sent, 3 both. See [`Access`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<u8>,
    /// The values now, one for each type tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Vec<Value>>,
    /// What may be sent, one for each type tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Vec<Option<Range>>>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit of each value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Vec<Option<String>>>,
    /// The addresses below, by the last part of their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contents: Option<BTreeMap<String, Node>>,
}

/// What may be sent for one type tag.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
pub struct Range {
    /// Smallest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Value>,
    /// Largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Value>,
    /// One of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vals: Option<Vec<Value>>,
}

/// What [`Node::access`] can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Access {
    /// Holds others only.
    None = 0,
    /// Can be read.
    Read = 1,
    /// Can be sent.
    Write = 2,
    /// Both.
    ReadWrite = 3,
}

/// What a server tells about itself (`?HOST_INFO`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
pub struct HostInfo {
    /// Its name.
    pub name: String,
    /// Which attributes it has.
    pub extensions: Extensions,
    /// Where OSC is sent to; `None` stands for the address that HTTP has.
    #[serde(rename = "OSC_IP", skip_serializing_if = "Option::is_none")]
    pub osc_ip: Option<String>,
    /// The port that OSC is sent to; `None` stands for HTTP's.
    #[serde(rename = "OSC_PORT", skip_serializing_if = "Option::is_none")]
    pub osc_port: Option<u16>,
    /// `UDP` or `TCP`; `None` stands for UDP.
    #[serde(rename = "OSC_TRANSPORT", skip_serializing_if = "Option::is_none")]
    pub osc_transport: Option<String>,
}

/// The optional attributes by name, and whether a server has them.
pub type Extensions = BTreeMap<String, bool>;

impl Node {
    /// An address that only holds others.
    pub fn container(full_path: &str, description: &str) -> Self {
        Self {
            full_path: full_path.to_owned(),
            access: Some(Access::None as u8),
            description: Some(description.to_owned()),
            contents: Some(BTreeMap::new()),
            ..Self::default()
        }
    }

    /// An address that can be sent to.
    pub fn method(full_path: &str, types: &str, description: &str) -> Self {
        Self {
            full_path: full_path.to_owned(),
            types: Some(types.to_owned()),
            access: Some(Access::Write as u8),
            description: Some(description.to_owned()),
            ..Self::default()
        }
    }

    /// Puts an address below this one, under the last part of its name.
    pub fn add(&mut self, child: Node) {
        let name = child.full_path.rsplit('/').next().unwrap_or_default().to_owned();
        self.contents.get_or_insert_default().insert(name, child);
    }

    /// The address below (or at) this one; `path` is whole, as in [`Node::full_path`].
    pub fn find(&self, path: &str) -> Option<&Node> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts.try_fold(self, |node, part| node.contents.as_ref()?.get(part))
    }

    /// This node and all below it, each folder before what it contains.
    pub fn walk(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        for node in self.contents.iter().flat_map(BTreeMap::values) {
            node.walk(visit);
        }
    }

    /// Whether something can be sent to it.
    pub fn is_writable(&self) -> bool {
        self.access.is_some_and(|access| access & Access::Write as u8 != 0)
    }

    /// One attribute as JSON by its name in capitals; `Some(None)` for one that this address does not have, `None` for
    /// a name that is no attribute.
    pub fn attribute(&self, name: &str) -> Option<Option<Value>> {
        let json = match name {
            "FULL_PATH" => Some(Value::from(self.full_path.as_str())),
            "TYPE" => self.types.as_deref().map(Value::from),
            "ACCESS" => self.access.map(Value::from),
            "VALUE" => self.value.clone().map(Value::from),
            "RANGE" => self.range.as_ref().and_then(|range| serde_json::to_value(range).ok()),
            "DESCRIPTION" => self.description.as_deref().map(Value::from),
            "UNIT" => self.unit.as_ref().and_then(|unit| serde_json::to_value(unit).ok()),
            "CONTENTS" => self.contents.as_ref().and_then(|contents| serde_json::to_value(contents).ok()),
            _ => return None,
        };
        Some(json)
    }
}

impl HostInfo {
    /// What this server says: OSC over UDP at `address`, and the attributes that [`Node::attribute`] knows.
    pub fn new(name: &str, osc_ip: Option<String>, osc_port: u16) -> Self {
        let has = ["ACCESS", "VALUE", "RANGE", "DESCRIPTION", "UNIT"].map(|name| (name.to_owned(), true));
        let lacks =
            ["LISTEN", "PATH_CHANGED", "CRITICAL", "CLIPMODE", "TAGS"].map(|name| (name.to_owned(), false));
        Self {
            name: name.to_owned(),
            extensions: has.into_iter().chain(lacks).collect(),
            osc_ip,
            osc_port: Some(osc_port),
            osc_transport: Some("UDP".to_owned()),
        }
    }
}
