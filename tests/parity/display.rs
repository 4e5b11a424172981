//! A reply in the notation of expectations, for the message of a failed one.

use crate::harness::resp::Value;

/// The expectation that exactly this value would meet.
pub fn show(value: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(show).collect::<Vec<_>>().join(", ");
    match value {
        Value::Simple(text) => format!("+{}", escape(text)),
        Value::Error(text) => format!("-{}", escape(text)),
        Value::Integer(number) => format!(":{number}"),
        Value::Bulk(text) => quote(text),
        Value::NullBulk => "nil".into(),
        Value::NullArray => "nil[]".into(),
        Value::Null => "_".into(),
        Value::Array(values) => format!("[{}]", list(values)),
        Value::Set(values) => format!("~{{{}}}", list(values)),
        Value::Push(values) => format!(">[{}]", list(values)),
        Value::Double(text) => format!(",{}", text.escape_ascii()),
        Value::Boolean(true) => "#t".into(),
        Value::Boolean(false) => "#f".into(),
        Value::BigNumber(digits) => format!("({}", digits.escape_ascii()),
        Value::Verbatim { format, text } if format == b"txt" => format!("={}", quote(text)),
        Value::Verbatim { format, text } => format!("={}:{}", format.escape_ascii(), quote(text)),
        Value::Map(pairs) => {
            let pairs: Vec<_> = pairs.iter().map(|(k, v)| format!("{}: {}", show(k), show(v))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// Bytes between double quotes, escaped as command lines are.
pub fn quote(text: &[u8]) -> String {
    format!("\"{}\"", escape(text))
}

fn escape(text: &[u8]) -> String {
    text.escape_ascii().to_string().replace("\\'", "'")
}
