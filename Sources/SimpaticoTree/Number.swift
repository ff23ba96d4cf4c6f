func appendInteger(_ value: Int64, to out: inout [UInt8]) {}
