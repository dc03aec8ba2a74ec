import HotFunctions

// CountInstructions NAME TIMES: does one function so often, for valgrind to count. Without arguments: the names.
let arguments = CommandLine.arguments.dropFirst()
if let name = arguments.first, let times = arguments.dropFirst().first.flatMap({ Int($0) }),
    let function = hotFunctions.first(where: { $0.name == name })
{
    for _ in 0..<times { function.run() }
} else {
    for function in hotFunctions { print(function.name) }
}
