// Prints numbers.txt: doubles, as the sixteen digits of their bits, and how JSON.stringify spells
// them. The same on every run: node generate/numbers.mjs > numbers.txt
import process from "node:process";
import { fileURLToPath } from "node:url";

const floats = new Float64Array(1);
const bits = new BigUint64Array(floats.buffer);

export function fromBits(integer) {
  bits[0] = BigInt.asUintN(64, integer);
  return floats[0];
}

export function toBits(number) {
  floats[0] = number;
  return bits[0];
}

/** A number with its neighbours, as many units in the last place away as `steps` says. */
function around(number, steps = 1n) {
  const found = [];
  for (let step = -steps; step <= steps; step += 1n) found.push(fromBits(toBits(number) + step));
  return found;
}

/** A seeded source of 64-bit integers (SplitMix64). */
export function* chance(seed) {
  for (let state = seed; ;) {
    state = BigInt.asUintN(64, state + 0x9E3779B97F4A7C15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xBF58476D1CE4E5B9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94D049BB133111EBn);
    yield mixed ^ (mixed >> 31n);
  }
}

function* powers() {
  for (let exponent = -1074; exponent < 1024; exponent += 1) yield* around(2 ** exponent);
  for (let exponent = -323; exponent <= 308; exponent += 1) yield* around(Number(`1e${exponent}`));
}

function* edges() {
  yield* [0, -0, 1, -1, 0.1, 0.2, 0.3, 0.1 + 0.2, 1 / 3, 2 / 3, Math.PI, Math.E, 123456.789];
  // Where the layout of the digits changes: 1e21 and 1e-7, and where integers end to be exact.
  for (const number of [1e21, 1e20, 1e-6, 1e-7, 2 ** 53, 2 ** 63, 2 ** 64, 999999.5, 1e6]) {
    yield* around(number, 3n);
  }
  // The ends of the range, of the subnormal numbers and of the normal ones.
  yield* [Number.MIN_VALUE, 2 * Number.MIN_VALUE, 3 * Number.MIN_VALUE, Number.MAX_VALUE];
  yield* around(2 ** -1022, 3n);
  yield fromBits(toBits(Number.MAX_VALUE) - 1n);
  // Digits that are hard to find: shortest ones near a power of two, where the gap is not even;
  // halfway cases; and numbers whose seventeenth digit decides.
  yield* [5e-324, 9.5e-323, 1.7800590868057611e-307, 2.2250738585072011e-308, 4.35, 4.349999999,
    9007199254740993, 9.5367431640625e-7, 5.764607523034235e39, 1.152921504606847e40,
    2.305843009213694e40, 4.294967294, 4.294967295, 4.294967296, 9.060801153433600e15,
    4.708356024711512e18, 9.409340012568248e18, 1.8531501765868567e21, 3.347727380279489e33,
    1.9430376160308388e16, -6.9741824662760956e19, 4.3816050601147837e18, 2.2250738585072014e-308,
    1.2345678901234567e-5, 8.41e21, 9.17e21, 2.0919495182368195e19, 2.6153245263757307e19,
    2.989102097996e-312, 5.206e-322, 1.2e-322, 299792458, 6.02214076e23, 6.62607015e-34];
}

function* random(count) {
  const source = chance(7n);
  const next = () => source.next().value;
  for (let index = 0; index < count; index += 1) {
    const integer = next();
    yield fromBits(integer);
    yield Number(BigInt.asIntN(64, integer) >> (next() % 63n));
    yield Number(integer % 2000000n) / [1, 10, 100, 1000, 65536, 1e9][Number(next() % 6n)];
    // Subnormal, and one or few bits, whose digits are longest.
    yield fromBits(integer >> (12n + next() % 40n));
    yield fromBits(integer & next() & next() & next());
    yield Number(`${integer % 10n ** (1n + next() % 17n)}e${Number(next() % 600n) - 300}`);
  }
}

/** Every line of the file, each number once. */
export function lines() {
  const seen = new Map();
  for (const numbers of [edges(), powers(), random(400)]) {
    for (const number of numbers) {
      if (Number.isFinite(number)) seen.set(toBits(number), JSON.stringify(number));
    }
  }
  return Array.from(seen, ([key, text]) => `${key.toString(16).padStart(16, "0")} ${text}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${lines().join("\n")}\n`);
}
