//! Requests of any RPC, written field by field as they go over the wire.

use prost::{
    bytes::BufMut,
    encoding::{WireType, encode_key, encode_varint},
};
use prost_types::{FieldDescriptorProto, field_descriptor_proto::Type};

use super::{Contracts, RpcContract};

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: the field is left out.
    Nothing,
    /// Text, and the bytes of `bytes`.
    Text(String),
    /// Any number: integers, enums, switches.
    Number(i64),
    /// The field's own message, filled in the same way.
    Nested,
    /// These bytes where a message, text or bytes belong.
    Raw(Vec<u8>),
}

/// Says what stands in a field: called with its path (`details.amount.units`) and what it is.
pub trait Filling {
    /// The value.
    fn value(&mut self, path: &str, field: &FieldDescriptorProto) -> Value;
}

impl<F: FnMut(&str, &FieldDescriptorProto) -> Value> Filling for F {
    fn value(&mut self, path: &str, field: &FieldDescriptorProto) -> Value {
        self(path, field)
    }
}

/// Messages that hold themselves end here.
const DEEPEST: usize = 6;

impl Contracts {
    /// A request of an RPC.
    ///
    /// # Errors
    /// When a message has no descriptor.
    pub fn request(
        &self,
        rpc: &RpcContract,
        filling: &mut impl Filling,
    ) -> anyhow::Result<Vec<u8>> {
        self.fill(&format!(".{}", rpc.method.request), "", filling, 0)
    }

    fn fill(
        &self,
        message: &str,
        path: &str,
        filling: &mut impl Filling,
        depth: usize,
    ) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for field in &self.message(message)?.field {
            let path = match path {
                "" => field.name().to_owned(),
                parent => format!("{parent}.{}", field.name()),
            };
            match filling.value(&path, field) {
                Value::Nothing => {}
                Value::Text(text) => delimited(field, text.as_bytes(), &mut bytes),
                Value::Raw(raw) => delimited(field, &raw, &mut bytes),
                Value::Number(number) => numeric(field, number, &mut bytes),
                Value::Nested if depth < DEEPEST && field.r#type() == Type::Message => {
                    let nested = self.fill(field.type_name(), &path, filling, depth + 1)?;
                    delimited(field, &nested, &mut bytes);
                }
                Value::Nested => {}
            }
        }
        Ok(bytes)
    }

    /// A value that is wrong for whatever the field is: overlong text with a control character,
    /// numbers out of every range, enums without such a member.
    pub fn wrong(field: &FieldDescriptorProto, turn: u64) -> Value {
        match field.r#type() {
            Type::String | Type::Bytes => {
                let texts = [
                    "\u{0}",
                    "关系 <script> '; drop table --",
                    "-1",
                    "99999999999999999999",
                ];
                let text = texts[usize::try_from(turn).unwrap_or(0) % texts.len()];
                Value::Text(if turn.is_multiple_of(2) {
                    text.repeat(3_000)
                } else {
                    text.to_owned()
                })
            }
            Type::Message => Value::Nested,
            Type::Enum => Value::Number(if turn.is_multiple_of(2) { 12_345 } else { -1 }),
            Type::Int64 | Type::Sint64 | Type::Sfixed64 | Type::Uint64 | Type::Fixed64 => {
                Value::Number(if turn.is_multiple_of(2) {
                    i64::MIN
                } else {
                    i64::MAX
                })
            }
            _ => {
                let ends = if turn.is_multiple_of(2) {
                    i32::MIN
                } else {
                    i32::MAX
                };
                Value::Number(i64::from(ends))
            }
        }
    }

    /// The first member of an enum that means something.
    pub fn first_member(&self, field: &FieldDescriptorProto) -> i64 {
        let members = self.enums.get(field.type_name());
        let first = members.and_then(|members| members.value.iter().find(|m| m.number() != 0));
        i64::from(first.map_or(0, |member| member.number()))
    }
}

fn tag(field: &FieldDescriptorProto) -> u32 {
    field.number().unsigned_abs()
}

fn delimited(field: &FieldDescriptorProto, value: &[u8], bytes: &mut Vec<u8>) {
    encode_key(tag(field), WireType::LengthDelimited, bytes);
    encode_varint(value.len() as u64, bytes);
    bytes.put_slice(value);
}

fn numeric(field: &FieldDescriptorProto, number: i64, bytes: &mut Vec<u8>) {
    match field.r#type() {
        Type::Double | Type::Fixed64 | Type::Sfixed64 => {
            encode_key(tag(field), WireType::SixtyFourBit, bytes);
            bytes.put_i64_le(number);
        }
        Type::Float | Type::Fixed32 | Type::Sfixed32 => {
            encode_key(tag(field), WireType::ThirtyTwoBit, bytes);
            bytes.put_i32_le(i32::try_from(number).unwrap_or(i32::MAX));
        }
        // The bits, as two's complement: what a negative int32 looks like, too.
        _ => {
            encode_key(tag(field), WireType::Varint, bytes);
            encode_varint(u64::from_ne_bytes(number.to_ne_bytes()), bytes);
        }
    }
}
