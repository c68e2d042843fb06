//! Reads `{"min":1,"max":100}`, and nothing else.

const INTEGER_MAX: i64 = 9_007_199_254_740_991; // 2^53 - 1: every JSON reader holds it exactly

/// The integers min and max.
pub fn range(bytes: &[u8]) -> Result<(i64, i64), String> {
    let mut reader = Reader { bytes, at: 0 };
    let (mut min, mut max) = (None, None);
    reader.expect(b'{')?;
    for field in 0..2 {
        if field > 0 {
            reader.expect(b',')?;
        }
        let name = reader.name()?;
        reader.expect(b':')?;
        match name {
            b"min" if min.is_none() => min = Some(reader.integer("min")?),
            b"max" if max.is_none() => max = Some(reader.integer("max")?),
            _ => return Err("expected only the fields min and max".into()),
        }
    }
    reader.expect(b'}')?;
    reader.skip_space();
    if reader.peek() != 0 {
        return Err("something follows the JSON object".into());
    }
    let (Some(min), Some(max)) = (min, max) else { unreachable!("two fields, each once") };
    if min > max {
        return Err("min is greater than max".into());
    }
    Ok((min, max))
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte; zero at the end.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        self.skip_space();
        if self.peek() != byte {
            return Err(format!("expected '{}' at byte {} of the input", byte as char, self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// Leaves out escapes: the two names that are allowed need none.
    fn name(&mut self) -> Result<&'a [u8], String> {
        self.expect(b'"')?;
        let start = self.at;
        while self.peek() != b'"' {
            if matches!(self.peek(), 0 | b'\\') {
                return Err("expected only the fields min and max".into());
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(&self.bytes[start..self.at - 1])
    }

    fn integer(&mut self, name: &str) -> Result<i64, String> {
        self.skip_space();
        let negative = self.peek() == b'-';
        if negative {
            self.at += 1;
        }
        let start = self.at;
        let mut value = 0;
        while self.peek().is_ascii_digit() {
            value = value * 10 + i64::from(self.peek() - b'0');
            if value > INTEGER_MAX {
                return Err(format!("{name} is beyond +-(2^53 - 1)"));
            }
            self.at += 1;
        }
        let digits = &self.bytes[start..self.at];
        let has_leading_zero = digits.len() > 1 && digits[0] == b'0';
        if digits.is_empty() || has_leading_zero || matches!(self.peek(), b'.' | b'e' | b'E') {
            return Err(format!("{name} is not an integer"));
        }
        Ok(if negative { -value } else { value })
    }
}
