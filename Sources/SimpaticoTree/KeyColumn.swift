/// The sorted keys of one object node, shared by every version of the object that has the same keys
/// there.
///
/// Changing a field's value copies values only. Never changed once it is in use.
final class KeyColumn: ManagedBuffer<Int, Text> {
  /// A column that holds copies of keys.
  static func copying(_ keys: UnsafePointer<Text>, count: Int) -> KeyColumn {
    make(count) { target in
      for index in 0..<count { (target + index).initialize(to: keys[index]) }
    }
  }

  /// A column whose keys `fill` initialises.
  static func make(_ count: Int, _ fill: (UnsafeMutablePointer<Text>) -> Void) -> KeyColumn {
    let column = KeyColumn.create(minimumCapacity: count) { _ in count }
    column.withUnsafeMutablePointerToElements(fill)
    return unsafeDowncast(column, to: KeyColumn.self)
  }

  deinit {
    withUnsafeMutablePointers { count, keys in
      // One by one, because the runtime's loop calls a function for every element.
      for index in 0..<count.pointee { (keys + index).deinitialize(count: 1) }
    }
  }

  /// The keys; valid as long as the column is held.
  @inline(__always)
  var keys: UnsafeMutablePointer<Text> { withUnsafeMutablePointerToElements { $0 } }
}

extension Text {
  /// The index of a key among the few keys of a node, or a negative number where it is not there.
  ///
  /// A short key is looked for from the first one on, by its first eight bytes: that takes fewer
  /// steps than halving does, and the machine foresees them better.
  @inline(__always)
  static func place(of key: Text, in keys: UnsafePointer<Text>, count: Int) -> Int {
    guard case .plain(let second, let third, let length) = key.cell.slot else {
      return find(key, in: keys, count: count)
    }
    return place(of: key.cell.word, second, third, length, in: keys, count: count)
  }

  /// The same of a key that is held elsewhere and only looked at.
  @inline(__always)
  static func place(
    of key: UnsafePointer<Text>, in keys: UnsafePointer<Text>, count: Int
  ) -> Int {
    guard case .plain(let second, let third, let length) = key.pointee.cell.slot else {
      return find(key.pointee, in: keys, count: count)
    }
    return place(of: key.pointee.cell.word, second, third, length, in: keys, count: count)
  }

  /// The same of a key that sorts after all keys before the index `start`.
  @inline(__always)
  static func place(
    of key: UnsafePointer<Text>, in keys: UnsafePointer<Text>, from start: Int, count: Int
  ) -> Int {
    guard case .plain(let second, let third, let length) = key.pointee.cell.slot else {
      return find(key.pointee, in: keys, count: count)
    }
    return place(
      of: key.pointee.cell.word, second, third, length, in: keys, from: start, count: count)
  }

  @inline(__always)
  private static func place(
    of first: UInt64, _ second: UInt32, _ third: UInt16, _ length: UInt8,
    in keys: UnsafePointer<Text>, from start: Int = 0, count: Int
  ) -> Int {
    var index = start
    while index < count {
      defer { index &+= 1 }
      guard keys[index].cell.word == first else { continue }
      if case .plain(second, third, length) = keys[index].cell.slot { return index }
    }
    return -1
  }

  /// The index of a key among sorted keys, or the bitwise complement of the index where it would
  /// stand. O(log n).
  static func find(_ key: Text, in keys: UnsafePointer<Text>, count: Int) -> Int {
    let first = key.firstWord
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) &>> 1
      // Most keys differ early.
      let other = keys[middle].firstWord
      let isBefore: Bool
      if other != first {
        isBefore = other < first
      } else {
        let order = keys[middle].compareAfterFirstWord(key)
        if order == 0 { return middle }
        isBefore = order < 0
      }
      if isBefore { low = middle &+ 1 } else { high = middle }
    }
    return ~low
  }
}
