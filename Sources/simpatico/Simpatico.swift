import ArgumentParser

/// The command-line tool: every capability, scriptable.
@main
struct Simpatico: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simpatico",
    abstract:
      "A multiverse laboratory for connection protocols, and the private chat that grew in it.",
    subcommands: [Serve.self, Connect.self, Simulate.self, Tree.self])
}
