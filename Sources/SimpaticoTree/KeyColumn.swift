/// The sorted keys of one object node, shared by every version of the object that has the same keys
/// there.
///
/// Changing a field's value copies values only; the column is copied when a key comes or goes.
/// Never changed once it is in use.
final class KeyColumn: ManagedBuffer<Int, Text> {
  var count: Int { withUnsafeMutablePointerToHeader { $0.pointee } }

  static func make(_ count: Int, _ fill: (UnsafeMutablePointer<Text>) -> Void) -> KeyColumn {
    let column = KeyColumn.create(minimumCapacity: count) { _ in count }
    column.withUnsafeMutablePointerToElements(fill)
    return unsafeDowncast(column, to: KeyColumn.self)
  }

  deinit {
    withUnsafeMutablePointers { count, keys in _ = keys.deinitialize(count: count.pointee) }
  }

  subscript(index: Int) -> Text { withUnsafeMutablePointerToElements { $0[index] } }

  /// The index of a key, or the bitwise complement of the index where it would stand. O(log n).
  func find(_ key: Text) -> Int {
    withUnsafeMutablePointers { count, keys in
      var low = 0
      var high = count.pointee
      while low < high {
        let middle = (low &+ high) &>> 1
        let order = keys[middle].compare(key)
        if order == 0 { return middle }
        if order < 0 { low = middle &+ 1 } else { high = middle }
      }
      return ~low
    }
  }

  func inserting(_ key: Text, at index: Int) -> KeyColumn {
    withUnsafeMutablePointers { count, keys in
      KeyColumn.make(count.pointee + 1) { target in
        target.initialize(from: keys, count: index)
        (target + index).initialize(to: key)
        (target + index + 1).initialize(from: keys + index, count: count.pointee - index)
      }
    }
  }

  func removing(at index: Int) -> KeyColumn {
    withUnsafeMutablePointers { count, keys in
      KeyColumn.make(count.pointee - 1) { target in
        target.initialize(from: keys, count: index)
        (target + index).initialize(from: keys + index + 1, count: count.pointee - index - 1)
      }
    }
  }

  func replacing(at index: Int, with key: Text) -> KeyColumn {
    withUnsafeMutablePointers { count, keys in
      KeyColumn.make(count.pointee) { target in
        target.initialize(from: keys, count: count.pointee)
        target[index] = key
      }
    }
  }

  func slice(_ range: Range<Int>) -> KeyColumn {
    withUnsafeMutablePointerToElements { keys in
      KeyColumn.make(range.count) { target in
        target.initialize(from: keys + range.lowerBound, count: range.count)
      }
    }
  }

  func joined(with other: KeyColumn) -> KeyColumn {
    withUnsafeMutablePointers { count, keys in
      other.withUnsafeMutablePointers { otherCount, otherKeys in
        KeyColumn.make(count.pointee + otherCount.pointee) { target in
          target.initialize(from: keys, count: count.pointee)
          (target + count.pointee).initialize(from: otherKeys, count: otherCount.pointee)
        }
      }
    }
  }
}
