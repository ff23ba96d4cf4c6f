/// Rows that scroll up and stay in the terminal's own history, above one line for typing.
///
/// What comes in meanwhile is written above that line, which is drawn again below, so that nothing
/// tears what is being typed. Rows that are still on the screen can get another beginning.
struct Screen {
  private(set) var size: Terminal.Size
  private var editor = ("", "", 0)
  /// Rows written so far; the line for typing stands below the last one.
  private var rowCount = 0
  /// The first row whose place is known: a terminal that is resized moves its rows.
  private var firstKnownRow = 0
  /// The columns that the line for typing took when it was drawn, and its cursor's.
  private var drawnColumns = 0
  private var cursorColumn = 0
  private let send: (String) -> Void

  init(size: Terminal.Size, send: @escaping (String) -> Void) {
    self.size = size
    self.send = send
  }

  /// Writes rows, each no wider than the screen, and answers the number of the first.
  @discardableResult
  mutating func write(_ rows: [String]) -> Int {
    write(rows.map { ($0, 1) })
  }

  /// Writes a line that may be wider: the terminal breaks it, and knows when it is copied that it
  /// is one line.
  mutating func writeUnbroken(_ line: String) {
    let columns = max(1, size.columns)
    write([(line, max(1, (DisplayWidth.of(line) + columns - 1) / columns))])
  }

  @discardableResult
  private mutating func write(_ lines: [(text: String, rows: Int)]) -> Int {
    let first = rowCount
    rowCount += lines.reduce(0) { $0 + $1.rows }
    send("\r\u{1B}[K" + lines.map { $0.text + "\n" }.joined() + drawing())
    return first
  }

  /// Writes over the beginning of a row, where it is still on the screen. Answers whether it was.
  mutating func rewrite(row: Int, beginning: String) -> Bool {
    let above = rowCount - row
    guard row >= firstKnownRow, above > 0, above < size.rows else { return false }
    send("\u{1B}7\u{1B}[\(above)A\r\(beginning)\u{1B}8")
    return true
  }

  /// Draws the line for typing: a prompt, which is `promptColumns` wide, and an editor's line.
  mutating func draw(prompt: String, promptColumns: Int, line: LineEditor) {
    let room = max(2, size.columns - promptColumns)
    let view = line.view(columns: room)
    editor = (prompt, view.text, promptColumns + view.cursor)
    send(drawing())
    drawnColumns = promptColumns + DisplayWidth.of(view.text)
    cursorColumn = promptColumns + view.cursor
  }

  /// The terminal has another size.
  mutating func resize(to size: Terminal.Size) {
    self.size = size
    firstKnownRow = rowCount
    // A terminal that became narrow has broken the line for typing into several rows.
    let above = cursorColumn / max(1, size.columns)
    send((above > 0 ? "\u{1B}[\(above)A" : "") + "\r\u{1B}[J")
  }

  /// Clears the screen, but for the line for typing.
  mutating func clear() {
    firstKnownRow = rowCount
    send("\u{1B}[H\u{1B}[2J" + drawing())
  }

  /// Leaves the line for typing.
  mutating func leave() { send("\r\u{1B}[K") }

  private func drawing() -> String {
    let (prompt, line, cursor) = editor
    return "\r\u{1B}[K" + prompt + line + "\r" + (cursor > 0 ? "\u{1B}[\(cursor)C" : "")
  }
}
