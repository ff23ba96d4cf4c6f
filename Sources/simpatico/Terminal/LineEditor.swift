/// The line that a person types: what stands in it, where the cursor is, what was typed before.
///
/// A value without a terminal: keys go in, lines come out, and `view` says what to draw.
struct LineEditor {
  enum Action: Equatable {
    /// The line is finished.
    case line(String)
    /// Control-C.
    case interrupt
    /// Control-D in an empty line.
    case endOfInput
    /// Control-L.
    case redraw
    /// Tab: complete what stands before the cursor.
    case complete
  }

  private(set) var characters: [Character] = []
  private(set) var cursor = 0
  private var history: [String] = []
  /// How far back in the history the line is; 0 is what is being typed.
  private var back = 0
  private var draft = ""
  private var cut: [Character] = []
  static let historyAtMost = 500
  static let charactersAtMost = 20_000

  var text: String { String(characters) }
  /// What stands before the cursor.
  var head: String { String(characters[..<cursor]) }

  /// Takes a key, and answers what is to be done beside drawing the line again.
  mutating func take(_ key: Key) -> Action? {
    switch key {
    case .text(let character): insert([character])
    case .paste(let text):
      insert(Array(PlainText.clean(text).trimmingSuffix { $0 == "\n" }))
    case .enter: return finish()
    case .tab: return .complete
    case .backspace where cursor > 0:
      cursor -= 1
      characters.remove(at: cursor)
    case .delete where cursor < characters.count: characters.remove(at: cursor)
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home: cursor = 0
    case .end: cursor = characters.count
    case .wordLeft: cursor = wordStart()
    case .wordRight: cursor = wordEnd()
    case .up: recall(back + 1)
    case .down: recall(back - 1)
    case .control(let letter): return control(letter)
    case .backspace, .delete: break
    }
    return nil
  }

  /// Puts a text in the place of so many characters before the cursor.
  mutating func replace(_ count: Int, with text: String) {
    let start = max(0, cursor - count)
    characters.removeSubrange(start..<cursor)
    cursor = start
    insert(Array(text))
  }

  /// The part of the line that fits into so many columns, and the column of the cursor in it. Line
  /// breaks are drawn as a sign.
  func view(columns: Int) -> (text: String, cursor: Int) {
    let drawn = characters.map { $0 == "\n" ? "⏎" : $0 }
    let widths = drawn.map { DisplayWidth.of($0) }
    // The cursor stands behind the last character, which takes a column too.
    let room = max(1, columns - 1)
    var start = cursor
    var before = 0
    while start > 0, before + widths[start - 1] <= room {
      start -= 1
      before += widths[start]
    }
    var end = cursor
    var width = before
    while end < drawn.count, width + widths[end] <= room {
      width += widths[end]
      end += 1
    }
    return (String(drawn[start..<end]), before)
  }

  private mutating func control(_ letter: Character) -> Action? {
    switch letter {
    case "a": cursor = 0
    case "e": cursor = characters.count
    case "b": cursor = max(0, cursor - 1)
    case "f": cursor = min(characters.count, cursor + 1)
    case "p": recall(back + 1)
    case "n": recall(back - 1)
    case "k": cutOut(cursor..<characters.count)
    case "u": cutOut(0..<cursor)
    case "w": cutOut(wordStart()..<cursor)
    case "y": insert(cut)
    case "l": return .redraw
    case "d":
      if characters.isEmpty { return .endOfInput }
      return take(.delete)
    case "c":
      if characters.isEmpty { return .interrupt }
      clear()
    default: break
    }
    return nil
  }

  private mutating func finish() -> Action {
    let line = text
    if !line.isEmpty, history.last != line {
      history.append(line)
      if history.count > LineEditor.historyAtMost { history.removeFirst() }
    }
    clear()
    return .line(line)
  }

  private mutating func clear() {
    characters = []
    cursor = 0
    back = 0
  }

  private mutating func insert(_ new: [Character]) {
    let room = max(0, LineEditor.charactersAtMost - characters.count)
    let new = new.prefix(room)
    characters.insert(contentsOf: new, at: cursor)
    // Marks join the character before them, so that there may be fewer than came.
    let head = Array(String(characters[..<(cursor + new.count)]))
    characters.replaceSubrange(..<(cursor + new.count), with: head)
    cursor = head.count
  }

  private mutating func cutOut(_ range: Range<Int>) {
    if range.isEmpty { return }
    cut = Array(characters[range])
    characters.removeSubrange(range)
    cursor = range.lowerBound
  }

  private mutating func recall(_ wanted: Int) {
    guard (0...history.count).contains(wanted), wanted != back else { return }
    if back == 0 { draft = text }
    back = wanted
    characters = Array(wanted == 0 ? draft : history[history.count - wanted])
    cursor = characters.count
  }

  private func wordStart() -> Int {
    var index = cursor
    while index > 0, characters[index - 1].isWhitespace { index -= 1 }
    while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
    return index
  }

  private func wordEnd() -> Int {
    var index = cursor
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    while index < characters.count, !characters[index].isWhitespace { index += 1 }
    return index
  }
}
