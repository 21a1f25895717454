//! Mail addresses that a page hides from harvesters.

/// The address in an attribute that a common mail protection writes: hex, the first byte is the key of an XOR.
pub(super) fn deobfuscated(hex: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        hex.as_bytes().chunks(2).map(|p| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok()).collect();
    let bytes = bytes.filter(|b| b.len() <= 256)?;
    let (key, rest) = bytes.split_first()?;
    String::from_utf8(rest.iter().map(|b| b ^ key).collect()).ok().filter(|a| a.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protected_mail_addresses_are_read() {
        let hidden: String = [0x42u8]
            .into_iter()
            .chain(b"a@b.eu".iter().map(|b| b ^ 0x42))
            .map(|b| format!("{b:02x}"))
            .collect();
        assert_eq!(deobfuscated(&hidden).as_deref(), Some("a@b.eu"));
        assert_eq!(deobfuscated("zz"), None);
    }
}
