//! One message of every event with every field set, built from the descriptors alone: field n of a message gets a
//! value made of n, so that no two fields can be confused.

use std::collections::BTreeMap;

use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// Deepest nesting of the schemas; a recursive message would never end otherwise.
const MAX_DEPTH: usize = 8;

/// CloudEvents type and encoded envelope of every event of every area.
pub(crate) fn events() -> Vec<(String, Vec<u8>)> {
    let set = FileDescriptorSet::decode(wire::DESCRIPTORS).unwrap();
    let messages = Messages::of(&set);
    let mut events = Vec::new();
    for area in wire::PACKAGES {
        let envelope = messages.envelope(area);
        for field in &envelope.field {
            let name = field.type_name().rsplit('.').next().unwrap();
            let mut bytes = Vec::new();
            messages.encode_field(field, 0, &mut bytes);
            events.push((format!("{area}.{name}"), bytes));
        }
    }
    events
}

struct Messages<'a>(BTreeMap<String, &'a DescriptorProto>);

impl<'a> Messages<'a> {
    fn of(set: &'a FileDescriptorSet) -> Self {
        let named = set.file.iter().flat_map(|file| {
            file.message_type
                .iter()
                .map(move |message| (format!(".{}.{}", file.package(), message.name()), message))
        });
        Self(named.collect())
    }

    /// The message of an area that holds its `oneof event`.
    fn envelope(&self, area: &str) -> &'a DescriptorProto {
        let prefix = format!(".{area}.");
        let envelopes = self.0.iter().filter(|(name, message)| {
            name.starts_with(&prefix) && message.oneof_decl.iter().any(|oneof| oneof.name() == "event")
        });
        let envelopes: Vec<_> = envelopes.map(|(_, message)| *message).collect();
        assert_eq!(envelopes.len(), 1, "{area} has one envelope");
        envelopes[0]
    }

    fn encode_message(&self, type_name: &str, depth: usize) -> Vec<u8> {
        assert!(depth < MAX_DEPTH, "{type_name} nests too deep");
        let mut bytes = Vec::new();
        let mut fields: Vec<_> = self.0[type_name].field.iter().collect();
        fields.sort_by_key(|field| field.number());
        for field in fields {
            self.encode_field(field, depth + 1, &mut bytes);
        }
        bytes
    }

    fn encode_field(&self, field: &FieldDescriptorProto, depth: usize, bytes: &mut Vec<u8>) {
        let number = u32::try_from(field.number()).unwrap();
        let packed = field.label() == Label::Repeated && is_varint(field.r#type());
        if packed {
            let mut value = Vec::new();
            encode_varint(u64::from(number), &mut value);
            put_bytes(number, &value, bytes);
            return;
        }
        match field.r#type() {
            kind if is_varint(kind) => {
                encode_key(number, WireType::Varint, bytes);
                encode_varint(if kind == Type::Bool { 1 } else { u64::from(number) }, bytes);
            }
            Type::String | Type::Bytes => {
                put_bytes(number, format!("{}-{number}", field.name()).as_bytes(), bytes)
            }
            Type::Message => put_bytes(number, &self.encode_message(field.type_name(), depth), bytes),
            other => panic!("events have no {other:?} fields yet: teach this file to write one"),
        }
    }
}

fn is_varint(kind: Type) -> bool {
    matches!(kind, Type::Bool | Type::Int32 | Type::Int64 | Type::Uint32 | Type::Uint64 | Type::Enum)
}

fn put_bytes(number: u32, value: &[u8], bytes: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, bytes);
    encode_varint(value.len() as u64, bytes);
    bytes.extend_from_slice(value);
}
