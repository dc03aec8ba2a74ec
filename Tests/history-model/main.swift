import Foundation

// Plays the model of the histories against a real server: Tests/faults/test_histories.py drives both. A line of JSON comes
// in for each step that was taken, and one goes out with the next.
let decoder = JSONDecoder()
decoder.keyDecodingStrategy = .convertFromSnakeCase
let encoder = JSONEncoder()
encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
var player: Player?
while let line = readLine() {
    let message = try decoder.decode(Message.self, from: Data(line.utf8))
    if let begin = message.begin { player = Player(begin, message.view) }
    guard let reply = player?.take(message) else { break }
    FileHandle.standardOutput.write(try encoder.encode(reply) + Data("\n".utf8))
}
