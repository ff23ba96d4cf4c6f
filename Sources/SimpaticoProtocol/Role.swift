import SimpaticoTree

/// What all parties of one role have in common: their handlers, the node that installs them, and
/// what they index.
///
/// Making one sorts the handlers and is linear in them; a party of a role that is there shares it.
struct Role: Sendable {
  let combiner: Combiner
  let summarize: CombineTree.Summarize?
  /// The value that gives a residue its table of handlers.
  let installation: Value

  init(_ handlers: [Handler], summarize: CombineTree.Summarize? = nil) {
    combiner = Combiner(library: HandlerLibrary(handlers))
    self.summarize = summarize
    var table = Object()
    for handler in combiner.library.handlers { table[handler.name] = .handler(handler.name) }
    installation = ["handlers": .object(table)]
  }
}
