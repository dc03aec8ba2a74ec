import Glibc
import UsherServer

exit(await Usher.run(Array(CommandLine.arguments.dropFirst())))
