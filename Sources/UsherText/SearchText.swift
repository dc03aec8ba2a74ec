/// What members are searched by: the beginning of a name or an address, without white space around it, in NFC. Nil:
/// nothing is left, or it is longer than any name.
package func searchText(_ text: String) -> String? {
    guard text.utf8.count <= 1600 else { return nil }
    let found = text.trimmed.nfc
    return (1...400).contains(found.utf8.count) ? found : nil
}
